/** Pods that a version needs for a weight (invariant S4), the autoscaler's part in it included. */
import { findVersion, podsForWeight, versionNames, type Release } from '../../model';
import type { Observation } from './observation';
import type { ReleaseRecord } from './record';

/**
 * Pods of this version that could carry all traffic. An autoscaler keeps a version without traffic at its minimum, so
 * there the number is what carried the traffic when the release began.
 */
export function podsForAll(version: string, { release, record, seen }: Capacity): number {
  if (!versionNames(release).includes(version)) return record.podsForAll;
  const workload = seen.workloads[version];
  const scaled = workload?.autoscaler ?? scaledByFile(release);
  if (scaled) return Math.min(scaled.maximum, Math.max(scaled.minimum, record.podsForAll));
  // What the manifests say, so that nobody who scales it down makes it look ready; the file tells only what charts write.
  const { desired = 0, declaredPods = 0 } = workload ?? {};
  return Math.max(desired, declaredPods) || findVersion(release, version).replicas;
}

function scaledByFile({ autoscaling }: Release) {
  return autoscaling && { minimum: autoscaling.minReplicas, maximum: autoscaling.maxReplicas };
}

export interface Capacity {
  readonly release: Release;
  readonly record: ReleaseRecord;
  readonly seen: Pick<Observation, 'workloads'>;
}

/** Never less than one: a route to a version without pods answers 503. */
export function podsNeeded(version: string, weight: number, capacity: Capacity): number {
  return Math.max(1, podsForWeight(weight, podsForAll(version, capacity)));
}

/**
 * Pods that carry the traffic now, to be recorded when a release begins. When the versions that the route names have none,
 * as after somebody sent all traffic to a version that was removed, those of the others tell what the load needs.
 */
export function podsCarrying(seen: Observation): number {
  const podsOf = (versions: readonly string[]) => versions.map((version) => seen.workloads[version]?.desired ?? 0);
  const carrying = Math.max(0, ...podsOf(Object.keys(seen.route?.split ?? {})));
  return carrying > 0 ? carrying : Math.max(1, ...podsOf(Object.keys(seen.workloads)));
}
