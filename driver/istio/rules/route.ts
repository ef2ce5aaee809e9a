/** The one dangerous write, between two looks at every proxy. */
import { sameSplit, weightOf } from '../../../model';
import { podsNeeded } from '../capacity';
import { act, waitFor } from '../decision';
import type { Goal } from '../goal';
import type { Observation, ObservedRoute } from '../observation';
import type { Obstacle } from '../obstacle';
import type { ReleaseRecord } from '../record';
import { lacksCluster, lacksRoute, obstacles } from '../proxy-checks';
import { whenRouted } from './held';
import { sorted, type Rule, type Situation } from './situation';

/** The gate (S1): the slowest proxy decides. */
export const writeRoute: Rule = (situation) => {
  const { record, goal, seen, gateLimitMs } = situation;
  const headers = headerVersions({ record, goal, seen });
  const probes = probedVersions(seen, goal);
  const { route } = seen;
  const isWritten = sameSplit(route.split, goal.split) && sameVersions(route.headerVersions, headers);
  if (isWritten && sameVersions(route.probes, probes)) return undefined;
  // A version that no release touches is sent to as before: its health must not hold up an abort of another one.
  const asked = headers.filter((version) => goal.versions.includes(version) || !route.headerVersions.includes(version));
  const found = notReady(sorted([...Object.keys(goal.split), ...asked]), situation);
  if (found.length > 0) return waitFor({ for: 'gate', obstacles: found }, gateLimitMs);
  const serial = record.serial + 1;
  const marker = markerOf(route, { ...record, serial });
  const action = { kind: 'write-route', split: goal.split, headerVersions: headers, probes, marker } as const;
  const because = isWritten
    ? ({ code: 'probes-change', versions: probes } as const)
    : ({ code: 'ready-everywhere', versions: Object.keys(goal.split), evidence: seen.evidence } as const);
  return act({ ...action, record: { ...record, serial, marker, ...whenRouted(record, action) } }, because);
};

/**
 * Every proxy that acts on the live route has the subsets that it names. So an abort to a version that still has some weight is
 * not held up by a proxy that cannot be read.
 */
export function notReady(versions: readonly string[], { release, record, goal, seen }: Situation): Obstacle[] {
  const questions = versions.map((version) =>
    lacksCluster(version, podsNeeded(version, weightOf(goal.split, version), { release, record, seen })),
  );
  const found = obstacles(seen, ...questions);
  const isWayBack = record.mode === 'abort' && versions.every((version) => weightOf(seen.route.split, version) > 0);
  return isWayBack ? found.filter(({ code }) => code !== 'unreadable') : found;
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

/** No two writes look the same to a proxy, even when an abort returns to an earlier split, or another release begins. */
export function markerOf({ base }: Pick<ObservedRoute, 'base'>, { id, serial }: Marked): string {
  return `${base}@${id}.${serial}`;
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
    goal.keep.includes(version) &&
    subsets.versions.includes(version);
  return sorted(route.pinnedVersions).filter((version) => goal.versions.includes(version) || isOther(version));
}

function sameVersions(a: readonly string[], b: readonly string[]): boolean {
  return sorted(a).join() === sorted(b).join();
}
