/** The one dangerous write, between two looks at every proxy. */
import { sameSplit, weightOf } from '../../../model';
import { podsToRise } from '../capacity';
import { act, waitFor } from '../decision';
import type { Goal } from '../goal';
import type { Observation, ObservedRoute } from '../observation';
import type { Obstacle } from '../obstacle';
import type { ReleaseRecord } from '../record';
import { lacksCluster, lacksRoute, obstacles } from '../proxy-checks';
import { whenRouted } from './held';
import { isOnRecord, wasKept, whenNamed } from './kept';
import { sorted, type Rule, type Situation } from './situation';

/** The gate (S1): the slowest proxy decides. */
export const writeRoute: Rule = (situation) => {
  const { record, goal, seen, gateLimitMs } = situation;
  const headers = headerVersions({ record, goal, seen });
  const probes = probedVersions(seen, goal);
  const { route } = seen;
  const isWritten = sameSplit(route.split, goal.split) && sameVersions(route.headerVersions, headers);
  if (isWritten && sameVersions(route.probes, probes)) return undefined;
  const pinned = newlyPinned(situation);
  // A version that no release touches is sent to as before: its health must not hold up an abort of another one.
  const asked = headers.filter((version) => goal.versions.includes(version) || pinned.includes(version));
  const found = notReady(sorted([...Object.keys(goal.split), ...asked]), situation, pinned);
  if (found.length > 0) return waitFor({ for: 'gate', obstacles: found }, gateLimitMs);
  const serial = record.serial + 1;
  const marker = markerOf(route, { ...record, serial });
  const action = { kind: 'write-route', split: goal.split, headerVersions: headers, probes, marker } as const;
  const because = isWritten
    ? ({ code: 'probes-change', versions: probes } as const)
    : ({ code: 'ready-everywhere', versions: Object.keys(goal.split), evidence: seen.evidence } as const);
  const named = Object.keys(goal.split);
  const next = { ...record, serial, marker, ...whenRouted(record, action), ...whenNamed(record, named) };
  return act({ ...action, record: next }, because);
};

/**
 * What proxies lack of the versions that get something new. One whose share falls, or stays, is sent to already: a pod of it that
 * is missing must not hold up the write that takes traffic away from it. `pinned` get a header route by this write: also beside a
 * split that names them, that is a route of its own.
 */
export function notReady(
  versions: readonly string[],
  situation: Situation,
  pinned: readonly string[] = [],
): Obstacle[] {
  const { record, goal, seen } = situation;
  const gaining = versions.filter((version) => pinned.includes(version) || gains(version, situation));
  const questions = gaining.map((version) => lacksCluster(version, podsToRise(version, goal.split, situation)));
  const found = obstacles(seen, ...questions);
  const isWayBack = record.mode === 'abort' && gaining.every((version) => wasKept(version, situation));
  return isWayBack ? found.filter(({ code }) => code !== 'unreadable') : found;
}

function gains(version: string, { record, goal, seen: { route } }: Situation): boolean {
  const live = weightOf(route.split, version);
  // Somebody else's route sends to it, and nobody has looked whether every proxy can. An abort takes it away all the same.
  if (live > 0 && record.mode !== 'abort' && !isOnRecord(version, record)) return true;
  const isNamed = live > 0 || route.headerVersions.includes(version) || route.otherVersions.includes(version);
  return !isNamed || weightOf(goal.split, version) > live;
}

/** A proxy that has not learnt of the change yet still sends by the old route. */
export const awaitPropagation = ({
  release,
  seen,
  gateLimitMs,
}: Pick<Situation, 'release' | 'seen' | 'gateLimitMs'>) => {
  const found = obstacles(seen, lacksRoute(release, seen.route));
  return found.length > 0 ? waitFor({ for: 'propagation', obstacles: found }, gateLimitMs) : undefined;
};

/** Probes ask the versions that must exist. One that leaves gets none: a subset that a route names cannot go. */
export function probedVersions({ evidence }: Pick<Observation, 'evidence'>, goal: Pick<Goal, 'versions'>): string[] {
  return evidence === 'probe' ? sorted(goal.versions) : [];
}

/**
 * No two writes look the same to a proxy, even when an abort returns to an earlier split, or another release begins. Routes that
 * name no subset yet have no marker: nothing of them is edited but their record.
 */
export function markerOf({ base, whole }: Pick<ObservedRoute, 'base' | 'whole'>, { id, serial }: Marked): string {
  return whole ? base : `${base}@${id}.${serial}`;
}

type Marked = Pick<ReleaseRecord, 'id' | 'serial'>;

/**
 * Header routes go to the versions that must exist, whose subsets were added by the rules before, and to those that this release
 * does not move. The users of one that leaves, or that an abort turns away from, follow the split.
 */
export function headerVersions({ record, goal, seen }: Pick<Situation, 'record' | 'goal' | 'seen'>): string[] {
  const { route, subsets } = seen;
  const isOther = (version: string) =>
    ![record.stable, record.canary].includes(version) &&
    (record.mode !== 'apply' || goal.keep.includes(version)) &&
    subsets.versions.includes(version);
  return sorted(route.pinnedVersions).filter((version) => goal.versions.includes(version) || isOther(version));
}

/** Versions that get a header route by the next write. */
export function newlyPinned({ record, goal, seen }: Pick<Situation, 'record' | 'goal' | 'seen'>): string[] {
  return headerVersions({ record, goal, seen }).filter((version) => !seen.route.headerVersions.includes(version));
}

function sameVersions(a: readonly string[], b: readonly string[]): boolean {
  return sorted(a).join() === sorted(b).join();
}
