/** The mirror image of adding: drain, then the subset, then the pods. */
import { acceptedLoss, countInFlight, lossesOf, type Loss } from '../accepted-loss';
import { settleMs } from '../pending-connections';
import { act, waitFor, type DrainCondition, type Reason } from '../decision';
import type { ReleaseRecord } from '../record';
import { releaseOf } from '../recorded-release';
import { drainWindowSeconds, versionNames, type Release } from '../../../model';
import { heldForMs, stillRouted } from './held';
import { sorted, type InstalledObservation, type Rule, type Situation } from './situation';

/**
 * Versions that the goal does not keep, of those that this release may remove: the stable one, in an abort the new one, or those that
 * the plan of an apply named. What else carries the labels of a version is somebody's who prepares it.
 */
export function leaving({ release, record, goal, seen }: Pick<Situation, 'release' | 'record' | 'goal' | 'seen'>) {
  const named = removableBy(record);
  return unlisted({ release, record, seen }, goal.keep).filter((version) => named?.includes(version) ?? true);
}

function removableBy({ mode, stable, canary, leaving: planned }: ReleaseRecord): readonly string[] | undefined {
  if (mode === 'apply') return planned;
  return [mode === 'abort' ? canary : stable];
}

/** Of the versions that are there, those that are not kept. */
export function unlisted(owned: Owned, keep: readonly string[]): string[] {
  const present = sorted([...Object.keys(owned.seen.workloads), ...ownSubsets(owned)]);
  return present.filter((version) => !keep.includes(version));
}

/** Those of versions. A subset that never was one, such as one of all pods, is somebody else's and stays (S11). */
export function ownSubsets({ release, record, seen: { subsets, workloads } }: Owned): string[] {
  const begun = record && releaseOf(record);
  const known = [
    ...Object.keys(workloads),
    ...versionNames(release),
    ...(record ? [record.stable, record.canary] : []),
    ...(begun ? versionNames(begun) : []),
  ];
  return subsets.versions.filter((version) => known.includes(version));
}

interface Owned {
  readonly release: Release;
  readonly record?: ReleaseRecord;
  readonly seen: Pick<InstalledObservation, 'subsets' | 'workloads'>;
}

/**
 * Drain by measurement (S2, S3): a fixed wait is too short for the one request that matters. A version leaves when no
 * proxy routes to it, nothing of it was in flight, at any proxy or pod, for the whole drain window, and nothing can still be on
 * its way to become so: no connection is being opened, and no filter can hold a request.
 */
export const drain: Rule = (situation) => {
  const going = leaving(situation);
  for (const version of going) {
    const until = missingCondition(version, situation);
    const limitMs = situation.release.timings.drainLimitSeconds * 1000;
    if (until) return waitFor({ for: 'drain', version, until }, limitMs, going);
  }
  return undefined;
};

function missingCondition(version: string, situation: Situation): DrainCondition | undefined {
  const { release, seen, memory } = situation;
  const named = stillNamed(version, situation);
  if (named) return named;
  // It was drained before its pods were deleted; what is left of it has no requests.
  if (seen.workloads[version]?.isGone) return undefined;
  const busy = acceptedLoss(version, situation) ? undefined : notIdle(version, situation);
  if (busy) return busy;
  const connectMs = settleMs(release, seen.evidence);
  const settledMs = seen.atMs - (memory.connections.settledSinceMs[version] ?? seen.atMs);
  if (settledMs < connectMs) return { code: 'connections', connectMs };
  const heldMs = heldForMs(version, situation);
  return heldMs > 0 ? { code: 'held', remainingSeconds: Math.ceil(heldMs / 1000) } : undefined;
}

/** What may still send to it. Until then its subset has to stay (S2). */
export function stillNamed(version: string, { release, seen }: Situation): DrainCondition | undefined {
  const routed = stillRouted(version, { release, seen });
  if (routed.length > 0) return { code: 'unrouted', obstacles: routed };
  const by = seen.namedElsewhere[version] ?? [];
  if (by.length > 0) return { code: 'unnamed', by };
  // Behind a catch-all no proxy may have it today; one of another gateway would.
  const isOwn = seen.route.otherVersions.includes(version);
  return isOwn ? { code: 'own-route', route: `${release.namespace}/${release.name}` } : undefined;
}

function notIdle(version: string, { release, seen, memory }: Situation): DrainCondition | undefined {
  const since = memory.quietSinceMs[version];
  if (since === undefined) return { code: 'idle', ...countInFlight(version, seen) };
  const windowMs = drainWindowSeconds(release) * 1000;
  return seen.atMs - since < windowMs ? { code: 'window', windowMs } : undefined;
}

/** What is claimed is what was looked at (S6): the release file may say that nobody counts at the pods. */
export function countedAt({ release: { inFlight } }: Pick<Situation, 'release'>) {
  return inFlight === 'proxies' ? { counted: inFlight } : {};
}

/** A person may have accepted a loss. */
function whyTheyGo(going: readonly string[], situation: Situation): Reason[] {
  const { record } = situation;
  const losses = lossesOf(record).filter(({ version }) => going.includes(version));
  const versions = going.filter((version) => !losses.some((loss) => loss.version === version));
  const drained = { code: 'drained', versions, ...countedAt(situation) } as const;
  return [...(versions.length > 0 ? [drained] : []), ...losses.map(cutOff)];
}

export function cutOff({ version, inFlight, accepted, by }: Loss): Reason {
  return { code: 'cut-off', version, inFlight, accepted, by };
}

/**
 * Somebody else deletes its objects, and its subset is only taken away after them: until then an abort finds all that it needs. Not of
 * an abort: whoever hears that a version is drained would take the wrong one away.
 */
export function isLeftToOthers(version: string, { record, seen }: Pick<Situation, 'record' | 'seen'>): boolean {
  return record.until === 'drained' && record.mode !== 'abort' && version in seen.workloads;
}

/** The subset goes before the pods: what still names it would find no endpoint. */
export const removeSubset: Rule = (situation) => {
  const { seen } = situation;
  const going = leaving(situation).filter(
    (version) => seen.subsets.versions.includes(version) && !isLeftToOthers(version, situation),
  );
  if (going.length === 0) return undefined;
  const versions = seen.subsets.versions.filter((version) => !going.includes(version));
  return act({ kind: 'write-subsets', versions }, ...whyTheyGo(going, situation));
};

/** The Deployment first; its ConfigMap and the rest only when its pods are gone, as they still read them. */
export const removeVersion: Rule = (situation) => {
  const { seen, release } = situation;
  const version = leaving(situation).find((candidate) => candidate in seen.workloads);
  if (version === undefined || isLeftToOthers(version, situation)) return undefined;
  const { isGone, pods = 0 } = seen.workloads[version] ?? {};
  const limitMs = (release.timings.gracePeriodSeconds + longestCleanUpSeconds) * 1000;
  if (isGone && pods > 0) return waitFor({ for: 'ending', version, pods }, limitMs);
  return act({ kind: 'remove-version', version }, ...whyTheyGo([version], situation));
};

/** Of a node that is slow to report that a pod has ended. */
const longestCleanUpSeconds = 60;
