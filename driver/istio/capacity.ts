/** Pods that a version needs for a weight (invariant S4): by what carries the traffic now, whoever scaled it, and not by the file. */
import { adoptedIn, findVersion, podsForWeight, versionNames, weightOf, type Release, type Split } from '../../model';
import type { Observation, Workload } from './observation';
import type { ReleaseRecord } from './record';
import { shareOfSick } from './sick';

export interface Capacity {
  readonly release: Release;
  readonly record: ReleaseRecord;
  readonly seen: Pick<Observation, 'route' | 'workloads'>;
}

/** What may be sick is known by the proxies, too. */
interface Rising extends Capacity {
  readonly seen: Pick<Observation, 'proxies' | 'route' | 'workloads'>;
}

/** Never less than one: a route to a version without pods answers 503. */
export function podsNeeded(version: string, weight: number, capacity: Capacity): number {
  return Math.max(1, podsForWeight(weight, podsForAll(version, capacity)));
}

/** For a write that gives the version more weight. What it takes over from a sick version is exempt: nobody served that well. */
export function podsToRise(version: string, split: Split, capacity: Rising): number {
  const { record, seen } = capacity;
  const exempt = shareOfSick(split, record, seen);
  const rise = weightOf(split, version) - weightOf(seen.route?.split ?? {}, version);
  return rise > exempt ? podsNeeded(version, weightOf(split, version) - exempt, capacity) : 1;
}

/**
 * Pods of this version that could carry all traffic. An autoscaler keeps a version without traffic at its minimum, so there it is
 * the number that carries the traffic. Of others the manifests say how many of them carry what so many of another version carry:
 * where a person, or a scaler that nobody knows of, has made more of the carrying version, as many times more are needed.
 */
export function podsForAll(version: string, capacity: Capacity): number {
  const { release, seen } = capacity;
  const carrying = podsCarryingNow(capacity);
  const scaled = seen.workloads[version]?.autoscaler ?? scaledByFile(version, release);
  if (scaled) return Math.min(scaled.maximum, Math.max(scaled.minimum, carrying));
  const carrier = carrierOf(capacity);
  const own = ownPods(version, capacity);
  if (version === carrier || own === undefined) return carrying;
  const ofCarrier = ownPods(carrier, capacity);
  return ofCarrier === undefined ? Math.max(own, carrying) : Math.ceil(own * Math.max(1, carrying / ofCarrier));
}

/** What carried all traffic when the release began, or more that carry it now. */
function podsCarryingNow(capacity: Capacity): number {
  const { record, seen } = capacity;
  const carrier = carrierOf(capacity);
  const isCarrying = weightOf(seen.route?.split ?? {}, carrier) > 0;
  return Math.max(record.podsForAll, isCarrying ? (seen.workloads[carrier]?.desired ?? 0) : 0);
}

/** An apply has no stable version: there it is the heaviest on the route. */
function carrierOf({ record, seen }: Capacity): string {
  if (record.mode !== 'apply') return record.stable;
  const split = seen.route?.split ?? {};
  const [heaviest] = Object.keys(split).sort((a, b) => weightOf(split, b) - weightOf(split, a));
  return heaviest ?? record.stable;
}

/** As the manifests say, and without them the file; undefined when neither does. */
function ownPods(version: string, { release, seen }: Capacity): number | undefined {
  const { declaredPods, autoscaler } = seen.workloads[version] ?? {};
  if (declaredPods !== undefined || autoscaler || !versionNames(release).includes(version)) return declaredPods;
  return release.autoscaling || adoptedIn(release, version) ? undefined : findVersion(release, version).replicas;
}

function scaledByFile(version: string, { autoscaling, ...release }: Release) {
  if (!autoscaling || !release.versions.some(({ name }) => name === version)) return undefined;
  return { minimum: autoscaling.minReplicas, maximum: autoscaling.maxReplicas };
}

/** A Deployment whose status is older than its spec has told nothing yet (S9). */
export function availableNow(workload: Workload | undefined): number {
  return workload?.isCurrent ? workload.available : 0;
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
