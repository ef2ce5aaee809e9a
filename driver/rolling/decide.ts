/**
 * The deciding function of a rolling update. Kubernetes replaces the pods; what is left to decide is what to write, whether
 * the update is over, and when it is stuck. Pure: no clock, no I/O.
 */
import type { Release } from '../../model';
import type { Decision, Failure, Order, ReturnOrder, Wait, Waiting } from './decision';
import type { Memory } from './memory';
import {
  newestOf,
  previousOf,
  troubleOf,
  type Observation,
  type ObservedDeployment,
  type ObservedReplicaSet,
} from './observation';

export interface Question {
  readonly release: Release;
  readonly order: Order;
  readonly seen: Observation;
  readonly memory: Memory;
}

export function decide(question: Question): Decision {
  const { order } = question;
  return (order.kind === 'apply' ? nextWrite(question) : firstReturn(order, question)) ?? follow(question);
}

/** A change of what this driver has just written is somebody else's: it is looked at by a person, never overwritten (S5). */
function nextWrite({ seen, memory }: Question): Decision | undefined {
  const next = seen.objects.find(({ change }) => change !== 'none');
  if (!next) return undefined;
  if (memory.written.includes(next.name))
    return { kind: 'hold', because: { code: 'changed-by-other', object: next.name } };
  const code = next.change === 'create' ? 'no-object' : 'not-as-in-file';
  return { kind: 'write', object: next.name, because: { code } };
}

function firstReturn({ replicaSet, failure }: ReturnOrder, { seen, memory }: Question): Decision | undefined {
  const newest = newestOf(seen);
  if (newest?.name === replicaSet) return undefined;
  if (memory.written.includes(replicaSet)) return waitFor({ for: 'return', newest: newest?.name }, controllerSeconds);
  const version = seen.replicaSets.find(({ name }) => name === replicaSet)?.version ?? replicaSet;
  return { kind: 'return', replicaSet, version, because: { code: failure ? 'update-failed' : 'requested' } };
}

/** The Deployment controller answers within a second, unless it does not work at all. */
const controllerSeconds = 60;

function follow(question: Question): Decision {
  const { seen, release } = question;
  const { deployment } = seen;
  const newest = newestOf(seen);
  if (!deployment || !deployment.isCurrent || !newest) return waitFor({ for: 'controller' }, controllerSeconds);
  if (isReplaced(deployment)) return lastPods(question, newest, deployment);
  const failure = failureOf(question, newest);
  if (failure) return fail(question, failure);
  const limitSeconds = release.timings.progressDeadlineSeconds + graceSeconds(seen) + marginSeconds;
  return waitFor({ for: 'pods', ...countsOf(newest, deployment), trouble: troubleOf(seen) }, limitSeconds);
}

function countsOf({ version }: ObservedReplicaSet, { available, wanted, updated, total }: ObservedDeployment) {
  return { version, available, wanted, updated, old: total - updated };
}

function isReplaced({ updated, available, total, wanted }: ObservedDeployment): boolean {
  return updated >= wanted && available >= wanted && total === updated;
}

/** Old pods still answer requests while they are ending, so the update is over only when they are gone. */
function lastPods(
  { seen, order }: Question,
  newest: ObservedReplicaSet,
  { wanted: pods }: ObservedDeployment,
): Decision {
  const old = seen.replicaSets.filter((set) => set !== newest).flatMap((set) => set.pods.map(({ name }) => name));
  if (old.length > 0) return waitFor({ for: 'old-pods', pods: old }, graceSeconds(seen) + marginSeconds);
  const { version } = newest;
  const failure = order.kind === 'return' ? order.failure : undefined;
  return {
    kind: 'done',
    because: failure ? { outcome: 'aborted', version, pods, failure } : { outcome: 'completed', version, pods },
  };
}

function graceSeconds({ replicaSets }: Observation): number {
  return Math.max(0, ...replicaSets.map(({ gracePeriodSeconds }) => gracePeriodSeconds));
}

/** A kubelet and a controller that are busy. */
const marginSeconds = 30;

/** How long a lasting trouble is looked at before it is believed: a look may fall between two states. */
const lastingMs = 5_000;

function failureOf({ seen, memory, release }: Question, { version }: ObservedReplicaSet): Failure | undefined {
  const { progressDeadlineSeconds: deadlineSeconds, startupSeconds } = release.timings;
  const trouble = troubleOf(seen);
  if (seen.deployment?.hasMissedDeadline) return { code: 'deadline-missed', version, deadlineSeconds, trouble };
  if (!trouble || memory.troubled?.what !== trouble.kind) return undefined;
  // What may pass by itself gets the time of a slow start; the deadline of the Deployment is longer than that.
  const patienceMs = trouble.isLasting ? lastingMs : Math.max(deadlineSeconds / 2, startupSeconds) * 1000;
  return seen.atMs - memory.troubled.sinceMs >= patienceMs ? { code: 'trouble', version, trouble } : undefined;
}

function fail({ order, seen }: Question, failure: Failure): Decision {
  const previous = order.kind === 'apply' ? previousOf(seen) : undefined;
  if (previous?.isConfigIntact && order.kind === 'apply' && order.onFailure === 'rollback')
    return { kind: 'rollback', order: { kind: 'return', replicaSet: previous.name, failure }, because: failure };
  const wayBack = previous && {
    version: previous.version,
    available: previous.available,
    isConfigIntact: previous.isConfigIntact,
  };
  return { kind: 'hold', because: { code: 'update-failed', failure, previous: wayBack } };
}

function waitFor(wait: Wait, limitSeconds: number): Waiting {
  return { kind: 'wait', wait, limitMs: limitSeconds * 1000 };
}
