/** What is live, and where a release stands, in one line. */
import { formatSplit, type Release } from '../../../model';
import { lastWriteOf } from '../ended';
import type { Observation } from '../observation';
import type { ReleaseRecord } from '../record';
import { describeCourse } from './steps';

export function describeState(seen: Observation, release: Release): string {
  const { route } = seen;
  if (!route) return `${release.name} is not installed in ${release.namespace}`;
  const { record, split } = route;
  const paused = describePaused(seen);
  if (!record) return `${release.name}: ${formatSplit(split)}; ${withoutRecord(lastWriteOf(seen))}${paused}`;
  const course = `${record.mode === 'apply' ? '' : 'from '}${describeCourse(record, release)}`;
  return `${release.name}: ${formatSplit(split)}; ${course}, since ${record.since}${paused}`;
}

/** A note on one that somebody has resumed tells nothing of what is. */
function describePaused({ workloads }: Observation): string {
  const { rollout } = Object.values(workloads).find((workload) => (workload.rollout?.paused ?? 'no') !== 'no') ?? {};
  if (!rollout) return '';
  const { deployment, paused, isPending } = rollout;
  if (paused === 'by others') return `; the Deployment ${deployment} is paused by somebody else, and stays so`;
  const waits = isPending ? ', and a change of its template waits until then' : '';
  return `; the Deployment ${deployment} is paused until a release ends${waits}`;
}

function withoutRecord(ended: ReleaseRecord | undefined): string {
  if (!ended) return 'no release is under way';
  const what = ended.mode === 'apply' ? 'the apply of the file' : `the release from ${ended.stable} to ${ended.canary}`;
  return `${what} has made its last write, which was not seen at every proxy yet`;
}
