/** Pods that a version needs for a weight (invariant S4), the autoscaler's part in it included. */
import { findVersion, podsForWeight, versionNames, type Release } from '../../model';
import type { Observation } from './observation';
import type { ReleaseRecord } from './record';

/**
 * Pods of this version that could carry all traffic. An autoscaler keeps a version without traffic at its minimum, so
 * there the number is what carried the traffic when the release began.
 */
export function podsForAll(release: Release, record: ReleaseRecord, version: string): number {
  if (!versionNames(release).includes(version)) return record.podsForAll;
  const { autoscaling } = release;
  if (!autoscaling) return findVersion(release, version).replicas;
  return Math.min(autoscaling.maxReplicas, Math.max(autoscaling.minReplicas, record.podsForAll));
}

/** Never less than one: a route to a version without pods answers 503. */
export function podsNeeded(release: Release, record: ReleaseRecord, version: string, weight: number): number {
  return Math.max(1, podsForWeight(weight, podsForAll(release, record, version)));
}

/** Pods that carry the traffic now, to be recorded when a release begins. */
export function podsCarrying(seen: Observation): number {
  const carrying = Object.keys(seen.route?.split ?? {}).map((version) => seen.workloads[version]?.desired ?? 0);
  return Math.max(1, ...carrying);
}
