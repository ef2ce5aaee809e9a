/**
 * The deciding function of a rolling update. Kubernetes replaces the pods; what is left to decide is what to write, whether
 * the update is over, and when it is stuck. Pure: no clock, no I/O.
 */
import type { Release } from '../../model';
import { newestOf, previousOf, troubleOf, type ObservedReplicaSet, type RollingObservation } from './observation';

export type OnFailure = 'hold' | 'rollback';

export type RollingOrder =
  /** Make the release file true. */
  | { readonly kind: 'apply'; readonly onFailure: OnFailure }
  /** Back to the template of this ReplicaSet. `because` is the failure that led there; a person's wish needs none. */
  | { readonly kind: 'return'; readonly replicaSet: string; readonly because?: string };

export interface RollingMemory {
  /** Objects that this driver has written. */
  readonly written: readonly string[];
  readonly waiting: Since | undefined;
  readonly troubled: Since | undefined;
}

/** Since when something was seen without a break. */
export interface Since {
  readonly what: string;
  readonly sinceMs: number;
}

export type WaitFor = 'controller' | 'pods' | 'old-pods';

export type RollingDecision =
  | { readonly kind: 'write'; readonly object: string; readonly because: string }
  | { readonly kind: 'return'; readonly replicaSet: string; readonly because: string }
  /** `progress` changes when something moves: the limit counts from then. */
  | {
      readonly kind: 'wait';
      readonly for: WaitFor;
      readonly lastSeen: string;
      readonly limitMs: number;
      readonly progress: string;
    }
  /** The update has failed: go on with this order instead. */
  | { readonly kind: 'turn'; readonly order: RollingOrder; readonly because: string }
  | { readonly kind: 'hold'; readonly because: string }
  | { readonly kind: 'done'; readonly because: string };

export interface RollingQuestion {
  readonly release: Release;
  readonly order: RollingOrder;
  readonly seen: RollingObservation;
  readonly memory: RollingMemory;
}

export function decide(question: RollingQuestion): RollingDecision {
  const { order } = question;
  return (order.kind === 'apply' ? nextWrite(question) : firstReturn(order, question)) ?? follow(question);
}

/** A change of what this driver has just written is somebody else's: it is looked at by a person, never overwritten (S5). */
function nextWrite({ seen, memory }: RollingQuestion): RollingDecision | undefined {
  const next = seen.objects.find(({ change }) => change !== 'none');
  if (!next) return undefined;
  if (memory.written.includes(next.name))
    return { kind: 'hold', because: `${next.name} was changed by somebody else after it was written` };
  const because = next.change === 'create' ? 'there is none' : 'it is not as the file says';
  return { kind: 'write', object: next.name, because };
}

function firstReturn(
  { replicaSet, because }: Extract<RollingOrder, { kind: 'return' }>,
  { seen, memory }: RollingQuestion,
): RollingDecision | undefined {
  const newest = newestOf(seen);
  if (newest?.name === replicaSet) return undefined;
  if (memory.written.includes(replicaSet))
    return waiting(
      'controller',
      'the controller to take the template back',
      `the newest ReplicaSet is ${newest?.name ?? 'none'}`,
      60,
    );
  const reason = because === undefined ? 'a person asked for it' : 'the update has failed';
  return { kind: 'return', replicaSet, because: reason };
}

function follow(question: RollingQuestion): RollingDecision {
  const { seen, release } = question;
  const { deployment } = seen;
  const newest = newestOf(seen);
  if (!deployment || !deployment.isCurrent || !newest)
    return waiting('controller', 'the Deployment controller', 'it has not seen the newest specification', 60);
  if (isReplaced(deployment)) return lastPods(question, newest);
  const failure = stuck(question);
  if (failure !== undefined) return fail(question, newest, failure);
  const trouble = troubleOf(seen);
  const lastSeen = `${deployment.available} of ${deployment.wanted} available, ${deployment.updated} updated, ${deployment.total - deployment.updated} old`;
  const limit = release.timings.progressDeadlineSeconds + graceSeconds(seen) + 30;
  return waiting(
    'pods',
    `the pods of ${newest.version}`,
    trouble ? `${lastSeen}; ${trouble.text}` : lastSeen,
    limit,
    lastSeen,
  );
}

function isReplaced({ updated, available, total, wanted }: NonNullable<RollingObservation['deployment']>): boolean {
  return updated >= wanted && available >= wanted && total === updated;
}

/** Old pods still answer requests while they are ending, so the update is over only when they are gone. */
function lastPods({ seen, order }: RollingQuestion, newest: ObservedReplicaSet): RollingDecision {
  const old = seen.replicaSets.filter((set) => set !== newest).flatMap(({ pods }) => pods.map(({ name }) => name));
  if (old.length > 0) return waiting('old-pods', 'the old pods to end', old.join(', '), graceSeconds(seen) + 30);
  const { wanted = 0 } = seen.deployment ?? {};
  const state = `${wanted} of ${wanted} pods of ${newest.version} are available, and no other pod is left`;
  const failure = order.kind === 'return' && order.because !== undefined ? `${order.because}; ` : '';
  return { kind: 'done', because: failure + state };
}

function graceSeconds({ replicaSets }: RollingObservation): number {
  return Math.max(0, ...replicaSets.map(({ gracePeriodSeconds }) => gracePeriodSeconds));
}

/** How long a lasting trouble is looked at before it is believed: a look may fall between two states. */
const lastingMs = 5_000;

function stuck({ seen, memory, release }: RollingQuestion): string | undefined {
  const { progressDeadlineSeconds, startupSeconds } = release.timings;
  const trouble = troubleOf(seen);
  if (seen.deployment?.hasMissedDeadline)
    return `no progress within ${progressDeadlineSeconds} s${trouble ? `: ${trouble.text}` : ''}`;
  if (!trouble || memory.troubled?.what !== trouble.kind) return undefined;
  // What may pass by itself gets the time of a slow start; the deadline of the Deployment is longer than that.
  const patienceMs = trouble.isLasting ? lastingMs : Math.max(progressDeadlineSeconds / 2, startupSeconds) * 1000;
  return seen.atMs - memory.troubled.sinceMs >= patienceMs ? trouble.text : undefined;
}

function fail({ order, seen }: RollingQuestion, newest: ObservedReplicaSet, failure: string): RollingDecision {
  const because = `${newest.version} does not come up: ${failure}`;
  const previous = previousOf(seen);
  if (order.kind === 'return' || !previous) return { kind: 'hold', because };
  if (order.onFailure === 'hold') {
    const serving = previous.available > 0 ? `; ${previous.available} pods of ${previous.version} still serve` : '';
    return { kind: 'hold', because: `${because}${serving}; handover rollback returns to ${previous.version}` };
  }
  const broken = irreversible(previous);
  if (broken !== undefined) return { kind: 'hold', because: `${because}; ${broken}` };
  return { kind: 'turn', order: { kind: 'return', replicaSet: previous.name, because }, because };
}

/** Pods of an old template with a new configuration are a version that nobody has ever seen. */
export function irreversible({ version, isConfigIntact }: ObservedReplicaSet): string | undefined {
  if (isConfigIntact) return undefined;
  return `there is no way back to ${version}: its ConfigMap is gone, or has other contents now`;
}

function waiting(
  waitFor: WaitFor,
  what: string,
  found: string,
  limitSeconds: number,
  progress = found,
): RollingDecision {
  return {
    kind: 'wait',
    for: waitFor,
    lastSeen: `${what}: ${found}`,
    limitMs: limitSeconds * 1000,
    progress: `${what} ${progress}`,
  };
}
