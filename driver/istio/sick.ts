/** S8: which versions are sick, and the share of the traffic that a write takes away from them: nobody served it well. */
import { weightOf, type Split } from '../../model';
import type { Observation } from './observation';
import type { ReleaseRecord } from './record';

type Looked = Pick<Observation, 'route' | 'workloads'>;

/** It carries traffic and has no pod left. Not while its status is older than its spec (S9). */
export function hasNoPod(version: string, { workloads }: Pick<Looked, 'workloads'>): boolean {
  const workload = workloads[version];
  return workload === undefined || (workload.isCurrent && workload.available === 0);
}

/** The share is exempt from S4: whatever the pods are that take it, they make nothing worse. */
export function shareOfSick(split: Split, record: ReleaseRecord, seen: Looked): number {
  const live = seen.route?.split ?? {};
  const sick = Object.keys(live).filter((version) => isSick(version, record, seen));
  return sick.reduce((sum, version) => sum + Math.max(0, weightOf(live, version) - weightOf(split, version)), 0);
}

/** Of an aborted version what has aborted it tells, too: the measurement that failed is not taken again. */
function isSick(version: string, { mode, canary, cause }: ReleaseRecord, seen: Looked): boolean {
  const isJudged = cause?.code === 'analysis-failed' || cause?.code === 'no-available-pod';
  return (mode === 'abort' && version === canary && isJudged) || hasNoPod(version, seen);
}
