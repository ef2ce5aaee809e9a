/**
 * The deciding function of a rolling update. Kubernetes replaces the pods; what is left to decide is what to write, whether
 * the update is over, and when it is stuck. Pure: no clock, no I/O.
 */
import { bridgeNow, clearBridge } from './bridge';
import type { ApplyOrder, Decision, DoneReason, HoldReason, ReturnOrder, Wait, Waiting } from './decision';
import { failedUpdate, failureOf } from './failure';
import { nextWrite } from './next-write';
import {
  isComplete,
  isReplaced,
  newestOf,
  troubleOf,
  type Observation,
  type ObservedDeployment,
  type ObservedReplicaSet,
} from './observation';
import type { Question } from './question';
import { withComplete, withoutReturning, withReturning } from './record';

export function decide(question: Question): Decision {
  const { order } = question;
  return stopped(question) ?? (order.kind === 'apply' ? apply(order, question) : goBack(order, question));
}

function apply(order: ApplyOrder, question: Question): Decision {
  const write = (stage: 'before-pods' | 'after-pods') => nextWrite(stage, order, question);
  return (
    unfinishedReturn(question) ??
    noteComplete(question) ??
    clearBridge(question) ??
    write('before-pods') ??
    newPods(question) ??
    bridgeNow(question) ??
    write('after-pods') ??
    lastPods(question)
  );
}

function goBack(order: ReturnOrder, question: Question): Decision {
  return (
    noteReturn(order, question) ??
    clearBridge(question) ??
    firstReturn(order, question) ??
    newPods(question) ??
    lastPods(question)
  );
}

/** Kubernetes replaces no pod of a paused Deployment, and no pod proves that a version without pods works. */
function stopped({ seen: { deployment } }: Question): Decision | undefined {
  if (deployment?.isPaused) return hold({ code: 'paused' });
  return deployment?.wanted === 0 ? hold({ code: 'scaled-to-zero' }) : undefined;
}

/**
 * What a person or a failed update decided outlives the driver that began it: the same command must not roll the version out
 * again that was just left. Another version may be applied: then nobody waits for the return any more.
 */
function unfinishedReturn({ seen: { record }, release }: Question): Decision | undefined {
  const { returning } = record.is;
  if (!returning) return undefined;
  const { to, version, from, failure } = returning;
  if (release.versions.every(({ name }) => name !== from))
    return { kind: 'record', record: withoutReturning(record.is), because: { code: 'superseded', version } };
  if (!failure) return hold({ code: 'rollback-under-way', to: version, from });
  return { kind: 'rollback', order: { kind: 'return', replicaSet: to, version, from, failure }, because: failure };
}

/** Before an update begins, it is put on record what it may return to. */
function noteComplete({ seen }: Question): Decision | undefined {
  const newest = newestOf(seen);
  const { is } = seen.record;
  if (!newest || !isComplete(seen) || is.complete.at(-1) === newest.name) return undefined;
  const because = { code: 'complete', version: newest.version } as const;
  return { kind: 'record', record: withComplete(is, newest.name), because };
}

function noteReturn({ replicaSet, version, from, failure }: ReturnOrder, { seen }: Question): Decision | undefined {
  const { is } = seen.record;
  if (is.returning?.to === replicaSet || (isComplete(seen) && newestOf(seen)?.name === replicaSet)) return undefined;
  const record = withReturning(is, { to: replicaSet, version, from, ...(failure && { failure }) });
  return { kind: 'record', record, because: { code: 'returning', version } };
}

function firstReturn(order: ReturnOrder, { seen, memory }: Question): Decision | undefined {
  const { replicaSet, version, failure } = order;
  const newest = newestOf(seen);
  if (newest?.name === replicaSet) return undefined;
  if (memory.returned.includes(replicaSet)) return waitFor({ for: 'return', newest: newest?.name }, controllerSeconds);
  return { kind: 'return', replicaSet, version, because: { code: failure ? 'update-failed' : 'requested' } };
}

/** The Deployment controller answers within a second, unless it does not work at all. */
const controllerSeconds = 60;

/** Undefined when all pods are new and available. */
function newPods(question: Question): Decision | undefined {
  const { seen, release } = question;
  const { deployment } = seen;
  const newest = newestOf(seen);
  if (!deployment || !deployment.isCurrent || !newest) return waitFor({ for: 'controller' }, controllerSeconds);
  if (isReplaced(deployment)) return undefined;
  const failure = failureOf(question, newest);
  if (failure) return failedUpdate(question, failure);
  const limitSeconds = release.timings.progressDeadlineSeconds + graceSeconds(seen) + marginSeconds;
  return waitFor({ for: 'pods', ...countsOf(newest, deployment), trouble: troubleOf(seen) }, limitSeconds);
}

function countsOf({ version }: ObservedReplicaSet, { available, wanted, updated, total }: ObservedDeployment) {
  return { version, available, wanted, updated, old: total - updated };
}

/** Old pods still answer requests while they are ending, so the update is over only when they are gone. */
function lastPods(question: Question): Decision {
  const { seen } = question;
  const newest = newestOf(seen);
  if (!newest || !seen.deployment) return waitFor({ for: 'controller' }, controllerSeconds);
  const old = seen.replicaSets.filter((set) => set !== newest).flatMap((set) => set.pods.map(({ name }) => name));
  if (old.length > 0) return waitFor({ for: 'old-pods', pods: old }, graceSeconds(seen) + marginSeconds);
  return noteEnd(question, newest) ?? { kind: 'done', because: endOf(question, newest, seen.deployment) };
}

/** A return is on record until its end was seen. */
function noteEnd(question: Question, { name, version }: ObservedReplicaSet): Decision | undefined {
  const { is } = question.seen.record;
  if (!is.returning) return noteComplete(question);
  return { kind: 'record', record: withoutReturning(withComplete(is, name)), because: { code: 'complete', version } };
}

function endOf({ order }: Question, { version }: ObservedReplicaSet, { wanted: pods }: ObservedDeployment): DoneReason {
  const failure = order.kind === 'return' ? order.failure : undefined;
  return failure ? { outcome: 'aborted', version, pods, failure } : { outcome: 'completed', version, pods };
}

function graceSeconds({ replicaSets }: Observation): number {
  return Math.max(0, ...replicaSets.map(({ gracePeriodSeconds }) => gracePeriodSeconds));
}

/** A kubelet and a controller that are busy. */
const marginSeconds = 30;

function hold(because: HoldReason): Decision {
  return { kind: 'hold', because };
}

function waitFor(wait: Wait, limitSeconds: number): Waiting {
  return { kind: 'wait', wait, limitMs: limitSeconds * 1000 };
}
