/** Make before break: pods, then a subset. */
import { adoptedIn, weightOf, wholeSplit, type Release } from '../../../model';
import { availableNow, podsNeeded, podsToRise } from '../capacity';
import { act, waitFor, type Decision } from '../decision';
import { isLastStage } from '../goal';
import type { Observation, ObservedSubsets, Workload } from '../observation';
import type { ReleaseRecord } from '../record';
import { obstacles, stillHasCluster } from '../proxy-checks';
import { newlyPinned } from './route';
import { sorted, type Rule, type Situation } from './situation';

/** A Deployment without a subset gets no traffic: adding one can hurt nobody. */
export const addMissingVersion: Rule = ({ release, goal, seen }) => {
  // Nobody has the manifests of one that is adopted: when somebody deletes it, its pods are waited for.
  const made = goal.versions.filter((version) => !adoptedIn(release, version));
  const missing = made.find((version) => seen.workloads[version]?.isPartial ?? !(version in seen.workloads));
  if (missing === undefined) return undefined;
  return act({ kind: 'add-version', version: missing }, { code: 'no-deployment', version: missing });
};

/**
 * A version without traffic stays at its autoscaler's minimum, and would meet the traffic with too few pods (S4). While
 * two versions share the traffic, the stable one keeps room for all of it: an abort must not wait for pods.
 */
export const raiseMinimum: Rule = (situation) => {
  const { release, record, goal, seen } = situation;
  for (const version of goal.versions) {
    const autoscaler = seen.workloads[version]?.autoscaler;
    const share = weightOf(goal.split, version);
    if (!isUnderWay(release, record) && share <= weightOf(seen.route.split, version)) continue;
    const weight = version === record.stable ? wholeSplit : share;
    const pods = podsNeeded(version, weight, situation);
    if (!autoscaler || autoscaler.minimum >= pods) continue;
    return act({ kind: 'set-minimum', version, pods }, { code: 'needs-pods', version, pods });
  }
  return undefined;
};

/**
 * At the end of a release each autoscaler that it may have raised has again the minimum that the manifests give it. Those of
 * other versions are their owners'.
 */
export const restoreMinimum: Rule = ({ release, record, goal, seen }) => {
  if (isUnderWay(release, record)) return undefined;
  const moved = record.mode === 'apply' ? goal.keep : goal.keep.filter((version) => isMoved(version, record));
  for (const version of moved) {
    const autoscaler = seen.workloads[version]?.autoscaler;
    const pods = autoscaler?.declared ?? minimumOf(version, { release, record });
    if (pods === undefined || (autoscaler?.minimum ?? pods) === pods) continue;
    return act({ kind: 'set-minimum', version, pods }, { code: 'autoscaler-decides', version });
  }
  return undefined;
};

/** The release file tells nothing of the autoscaler of an adopted one: the record knows what it had, or it stays as it is. */
function minimumOf(version: string, { release, record }: Pick<Situation, 'release' | 'record'>): number | undefined {
  return adoptedIn(release, version) ? record.minimums?.[version] : release.autoscaling?.minReplicas;
}

function isMoved(version: string, { stable, canary }: ReleaseRecord): boolean {
  return version === stable || version === canary;
}

/** Two versions share the traffic, or soon will. */
function isUnderWay(release: Release, record: ReleaseRecord): boolean {
  return (record.mode === 'run' || record.mode === 'promote') && !isLastStage(release, record);
}

/**
 * A subset without pods may keep its cluster warming for minutes (envoy#46383), and a weight that its pods cannot carry
 * overloads them (S4). Nor may a header route lead to a version without pods: a subset that was there before may select pods of
 * others.
 */
export const awaitPods: Rule = ({ release, record, goal, seen }) => {
  const pinned = newlyPinned({ record, goal, seen });
  for (const version of goal.versions) {
    const weight = weightOf(goal.split, version);
    const rises = weight > weightOf(seen.route.split, version);
    if (!rises && !pinned.includes(version) && seen.subsets.versions.includes(version)) continue;
    const needed = podsToRise(version, goal.split, { release, record, seen });
    const workload = seen.workloads[version];
    const available = availableNow(workload);
    if (available >= needed) continue;
    const limitMs = release.timings.progressDeadlineSeconds * 1000;
    const asked = isStuckBelow(needed, workload) ? { asked: workload?.desired } : {};
    return waitFor({ for: 'pods', version, available, needed, ...asked, trouble: workload?.trouble }, limitMs);
  }
  return undefined;
};

/** A driver that scaled a Deployment would have to take the pods away in the end, under load: a person decides. */
function isStuckBelow(needed: number, workload: Workload | undefined): boolean {
  return workload !== undefined && !workload.isGone && !workload.autoscaler && workload.desired < needed;
}

/**
 * A subset that was just removed may still be on its way out: a proxy that has its cluster from before would pass the gate,
 * and then lose it under traffic.
 */
export const awaitOldSubset: Rule = ({ goal, seen, gateLimitMs }) =>
  awaitOldClusters(withoutSubset({ goal, seen }), seen, gateLimitMs);

export function awaitOldClusters(
  versions: readonly string[],
  seen: Observation,
  gateLimitMs: number,
): Decision | undefined {
  const questions = versions.map((version) => stillHasCluster(version, seen.subsetsElsewhere));
  const found = questions.length === 0 ? [] : obstacles(seen, ...questions);
  return found.length > 0 ? waitFor({ for: 'propagation', obstacles: found }, gateLimitMs) : undefined;
}

/** Routes to the whole Service need none: what takes them over adds it. */
function withoutSubset({ goal, seen: { route, subsets } }: Pick<Situation, 'goal' | 'seen'>): string[] {
  return route.whole ? [] : goal.versions.filter((version) => !subsets.versions.includes(version));
}

/** Subset first, route later: a route to a subset that a proxy does not know answers 503 NC (S1). */
export const addSubset: Rule = ({ goal, seen }) => addSubsets(withoutSubset({ goal, seen }), seen.subsets);

export function addSubsets(missing: readonly string[], { versions: present }: ObservedSubsets): Decision | undefined {
  if (missing.length === 0) return undefined;
  return act(
    { kind: 'write-subsets', versions: sorted([...present, ...missing]) },
    { code: 'no-subset', versions: missing },
  );
}
