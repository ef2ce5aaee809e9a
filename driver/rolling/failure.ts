/** When an update has failed, and what is done about it. */
import type { Decision, Failure } from './decision';
import { newestOf, troubleOf, type ObservedReplicaSet } from './observation';
import type { Question } from './question';
import { lastComplete, previousOf } from './return-target';

/** How long a lasting trouble is looked at before it is believed: a look may fall between two states. */
const lastingMs = 5_000;

export function failureOf({ seen, memory, release }: Question, { version }: ObservedReplicaSet): Failure | undefined {
  const { progressDeadlineSeconds: deadlineSeconds, startupSeconds } = release.timings;
  const trouble = troubleOf(seen);
  if (seen.deployment?.hasMissedDeadline) return { code: 'deadline-missed', version, deadlineSeconds, trouble };
  if (!trouble || memory.troubled?.what !== trouble.kind) return undefined;
  // What may pass by itself gets the time of a slow start; the deadline of the Deployment is longer than that.
  const patienceMs = trouble.isLasting ? lastingMs : Math.max(deadlineSeconds / 2, startupSeconds) * 1000;
  return seen.atMs - memory.troubled.sinceMs >= patienceMs ? { code: 'trouble', version, trouble } : undefined;
}

/** By itself the driver returns only to what was once complete: a half of an update that was cut off is no way back. */
export function failedUpdate({ order, seen }: Question, failure: Failure): Decision {
  const isApply = order.kind === 'apply';
  const safe = isApply && order.onFailure === 'rollback' ? lastComplete(seen) : undefined;
  const from = newestOf(seen)?.version ?? failure.version;
  if (safe?.wayBack === 'open') {
    const { name: replicaSet, version } = safe;
    return { kind: 'rollback', order: { kind: 'return', replicaSet, version, from, failure }, because: failure };
  }
  const previous = isApply ? previousOf(seen) : undefined;
  const offered = previous && {
    version: previous.version,
    available: previous.available,
    wayBack: previous.wayBack,
  };
  return { kind: 'hold', because: { code: 'update-failed', failure, previous: offered } };
}
