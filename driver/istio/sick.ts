/** S8: which versions are sick, and the share of the traffic that a write takes away from them: nobody served it well. */
import { weightOf, type Split } from '../../model';
import { isRead, type Observation } from './observation';
import { lacksCluster } from './proxy-checks';
import type { ReleaseRecord } from './record';

type Looked = Pick<Observation, 'proxies' | 'route' | 'workloads'>;

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
  const isAborted = mode === 'abort' && ((version === canary && isJudged) || isOutOfReach(version, seen));
  return isAborted || hasNoPod(version, seen);
}

/**
 * Somebody has sent traffic to it before its cluster, or its endpoints, have come: each proxy answers that with 503. One that cannot be
 * read, or that sends there, has users who may be served. Routes to the whole Service need no cluster of it.
 */
function isOutOfReach(version: string, { route, proxies }: Looked): boolean {
  const lacksIt = lacksCluster(version, 1);
  const isNowhere = proxies.length > 0 && proxies.every((proxy) => isRead(proxy) && lacksIt(proxy) !== undefined);
  return !route?.whole && isNowhere;
}
