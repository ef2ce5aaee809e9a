/** How a release comes on record. The first write moves nothing: it claims the route, and gives it a name of its own. */
import { findAdopted, sameSplit, versionNames, weightOf, type Release, type Split } from '../../model';
import { podsCarrying } from './capacity';
import type { Exception } from './exceptions';
import { recordedRelease } from './recorded-release';
import { act, type Decision } from './decision';
import { goalOf } from './goal';
import { stageName, stagesOf, type Order } from './stages';
import type { ReleaseRecord } from './record';
import { lacksCluster, obstacles } from './proxy-checks';
import { ownSubsets, unlisted } from './rules/remove';
import { markerOf, probedVersions } from './rules/route';
import { sorted, type InstalledObservation } from './rules/situation';

/** Nothing to do, as far as the API server knows; the proxies are still asked before it is called done. */
export function isAlreadyTrue(release: Release, order: Order, seen: InstalledObservation): boolean {
  switch (order.kind) {
    case 'resume':
      return true;
    case 'run':
      if (isStillPaused(release, seen)) return false;
      // With the name of a release that somebody took off the record, it was not ended: the old version is still there.
      return weightOf(seen.route.split, order.canary) === 100 && seen.route.marker === seen.route.base;
    case 'apply':
      return isAsInFile(release, seen) && !isStillPaused(release, seen);
  }
}

/** A release that somebody took off the record has left an adopted Deployment as it is in mid-release. */
function isStillPaused(release: Release, { subsets, workloads }: InstalledObservation): boolean {
  const { name = '' } = findAdopted(release) ?? {};
  const { chosenBy } = subsets;
  const isNarrow = chosenBy !== undefined && subsets.versions.includes(name) && chosenBy[name] !== '';
  return isNarrow || workloads[name]?.rollout?.isNoted === true;
}

function isAsInFile(release: Release, { route, subsets, workloads }: InstalledObservation): boolean {
  const listed = versionNames(release);
  const isSame = (versions: readonly string[]) => sorted(versions).join() === sorted(listed).join();
  return (
    route.marker === route.base &&
    route.probes.length === 0 &&
    !route.change &&
    !route.whole &&
    !subsets.change &&
    sameSplit(route.split, release.split) &&
    sorted(route.headerVersions).join() === sorted(route.pinnedVersions.filter((pin) => listed.includes(pin))).join() &&
    isSame(ownSubsets({ release, seen: { subsets, workloads } })) &&
    isSame(Object.keys(workloads))
  );
}

export function begin(
  { release, releaseId: id, begun, exceptions }: Beginning,
  order: Exclude<Order, { kind: 'resume' }>,
  seen: InstalledObservation,
): Decision {
  const { split, headerVersions: headers } = seen.route;
  const serial = 1;
  const marker = markerOf(seen.route, { id, serial });
  const since = new Date(seen.atMs).toISOString();
  const record: ReleaseRecord = {
    ...roles(release, order, seen),
    ...begun,
    since,
    began: since,
    id,
    release: recordedRelease(release),
    serial,
    marker,
    podsForAll: podsCarrying(seen),
    ...minimumsOf(release, seen),
    ...chosenNow(release, seen, serial),
    // Somebody else's route may name what a proxy has not: then it is asked for before the next write.
    kept: Object.keys(split).filter((version) => obstacles(seen, lacksCluster(version, 1)).length === 0),
    evidence: [],
    digests: {},
    ...(exceptions && exceptions.length > 0 && { exceptions: [...exceptions] }),
  };
  const probes = probedVersions(seen, goalOf(release, record));
  return act(
    { kind: 'write-route', split, headerVersions: headers, probes, marker, record },
    { code: 'release-begins' },
  );
}

/** Of what is adopted: at the end of the release it gets them again. */
function minimumsOf(release: Release, { workloads }: InstalledObservation): Pick<ReleaseRecord, 'minimums'> {
  const { name = '' } = findAdopted(release) ?? {};
  const { minimum } = workloads[name]?.autoscaler ?? {};
  return minimum === undefined ? {} : { minimums: { [name]: minimum } };
}

/** As the look has shown it, before this first marker is written. */
function chosenNow(release: Release, { route, subsets }: InstalledObservation, serial: number) {
  const hash = route.whole ? undefined : subsets.chosenBy?.[findAdopted(release)?.name ?? ''];
  return hash === undefined ? {} : { chosen: { hash, serial } };
}

interface Beginning {
  readonly release: Release;
  readonly releaseId: string;
  readonly exceptions?: readonly Exception[];
  readonly begun?: Pick<ReleaseRecord, 'by' | 'command' | 'objects'>;
}

function roles(release: Release, order: Exclude<Order, { kind: 'resume' }>, seen: InstalledObservation) {
  if (order.kind === 'apply') {
    const heaviest = heaviestOf(release.split);
    const leaving = unlisted({ release, seen }, versionNames(release));
    return { mode: 'apply' as const, stable: heaviest, canary: heaviest, step: 0, leaving };
  }
  const { canary } = order;
  const step = firstStep(release, weightOf(seen.route.split, canary));
  return {
    mode: 'run' as const,
    ...(order.until && { until: order.until }),
    stable: stableBeside(canary, release, seen),
    canary,
    step,
    steps: stagesOf(release).map(stageName),
  };
}

/**
 * When all traffic is on the canary, the one of the file that is left: of several, none was told to go, and one that the file does
 * not list may be somebody's who prepares it.
 */
function stableBeside(canary: string, release: Release, { route, workloads }: InstalledObservation): string {
  const { [canary]: _, ...others } = route.split;
  if (Object.keys(others).length > 0) return heaviestOf(others);
  const listed = versionNames(release);
  const [left, another] = Object.keys(workloads).filter((version) => version !== canary && listed.includes(version));
  return left !== undefined && another === undefined ? left : canary;
}

/** A version that already has some traffic is not taken back to none: the release begins at the next weight. */
function firstStep(release: Release, weight: number): number {
  if (weight === 0) return 0;
  return stagesOf(release).findIndex((stage) => stage.kind === 'shift' && stage.weight >= weight);
}

export function heaviestOf(split: Split): string {
  const [heaviest] = Object.keys(split).sort((a, b) => weightOf(split, b) - weightOf(split, a));
  if (heaviest === undefined) throw new RangeError('expected a version with a weight, found none');
  return heaviest;
}
