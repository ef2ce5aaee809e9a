/** The one dangerous write, between two looks at every proxy. */
import { formatSplit, sameSplit, weightOf, type Release } from '../../model';
import { podsNeeded } from '../capacity';
import { act, wait } from '../decision';
import type { Goal } from '../goal';
import { blocking, lacksCluster, lacksRoute } from '../proxies';
import { sorted, type Rule, type Situation } from './situation';

/** The gate (S1): the slowest proxy decides. */
export const writeRoute: Rule = ({ release, record, goal, seen, gateLimitMs }) => {
  const headers = headerVersions(release, goal);
  const isWritten = sameSplit(seen.route.split, goal.split) && sameVersions(seen.route.headerVersions, headers);
  if (isWritten) return undefined;
  const obstacles = sorted([...Object.keys(goal.split), ...headers]).flatMap((version) =>
    blocking(seen, lacksCluster(version, podsNeeded(release, record, version, weightOf(goal.split, version)))),
  );
  if (obstacles.length > 0) return wait('gate', obstacles.join('; '), gateLimitMs);
  const serial = record.serial + 1;
  const marker = markerOf(goal, serial);
  return act(
    { kind: 'write-route', split: goal.split, headerVersions: headers, marker, record: { ...record, serial, marker } },
    `every proxy has ${Object.keys(goal.split).join(' and ')} in use, with healthy endpoints`,
  );
};

/** A proxy that has not learnt of the change yet still sends by the old route. */
export const awaitPropagation = ({
  release,
  seen,
  gateLimitMs,
}: Pick<Situation, 'release' | 'seen' | 'gateLimitMs'>) => {
  const obstacles = blocking(seen, lacksRoute(release, seen.route.marker, seen.route.split));
  return obstacles.length > 0 ? wait('propagation', obstacles.join('; '), gateLimitMs) : undefined;
};

/** No two writes of a release look the same to a proxy, even when an abort returns to an earlier split. */
export function markerOf(goal: Pick<Goal, 'split'>, serial: number): string {
  return `${formatSplit(goal.split)}@${serial}`;
}

/** Header routes go only to versions that must exist: their subsets were added by the rules before. */
export function headerVersions(release: Release, goal: Pick<Goal, 'versions'>): string[] {
  return sorted(release.headerRoutes.map((route) => route.version)).filter((version) =>
    goal.versions.includes(version),
  );
}

function sameVersions(a: readonly string[], b: readonly string[]): boolean {
  return sorted(a).join() === sorted(b).join();
}
