/** The one dangerous write, between two looks at every proxy. */
import { sameSplit, weightOf, type Release } from '../../../model';
import { podsNeeded } from '../capacity';
import { act, waitFor } from '../decision';
import type { Goal } from '../goal';
import type { Observation, ObservedRoute } from '../observation';
import type { ReleaseRecord } from '../record';
import { lacksCluster, lacksRoute, obstacles } from '../proxy-checks';
import { sorted, type Rule, type Situation } from './situation';

/** The gate (S1): the slowest proxy decides. */
export const writeRoute: Rule = ({ release, record, goal, seen, gateLimitMs }) => {
  const headers = headerVersions(release, goal);
  const probes = probedVersions(seen, goal);
  const { route } = seen;
  const isWritten = sameSplit(route.split, goal.split) && sameVersions(route.headerVersions, headers);
  if (isWritten && sameVersions(route.probes, probes)) return undefined;
  const questions = sorted([...Object.keys(goal.split), ...headers]).map((version) =>
    lacksCluster(version, podsNeeded(release, record, version, weightOf(goal.split, version))),
  );
  const found = obstacles(seen, ...questions);
  if (found.length > 0) return waitFor({ for: 'gate', obstacles: found }, gateLimitMs);
  const serial = record.serial + 1;
  const marker = markerOf(route, { ...record, serial });
  const action = { kind: 'write-route', split: goal.split, headerVersions: headers, probes, marker } as const;
  const because = isWritten
    ? ({ code: 'probes-change', versions: probes } as const)
    : ({ code: 'ready-everywhere', versions: Object.keys(goal.split), evidence: seen.evidence } as const);
  return act({ ...action, record: { ...record, serial, marker } }, because);
};

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

/** Header routes go only to versions that must exist: their subsets were added by the rules before. */
export function headerVersions(release: Release, goal: Pick<Goal, 'versions'>): string[] {
  return sorted(release.headerRoutes.map((route) => route.version)).filter((version) =>
    goal.versions.includes(version),
  );
}

function sameVersions(a: readonly string[], b: readonly string[]): boolean {
  return sorted(a).join() === sorted(b).join();
}
