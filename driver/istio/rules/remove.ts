/** The mirror image of adding: drain, then the subset, then the pods. */
import { settleMs } from '../pending-connections';
import { act, wait } from '../decision';
import type { Observation } from '../observation';
import { isRead } from '../observation';
import { blocking, namesVersion } from '../proxy-checks';
import { sorted, type Rule, type Situation } from './situation';

/** Versions that the goal does not keep. */
export function leaving({ goal, seen }: Pick<Situation, 'goal'> & { readonly seen: Observation }): string[] {
  const present = sorted([...Object.keys(seen.workloads), ...(seen.subsets?.versions ?? [])]);
  return present.filter((version) => !goal.keep.includes(version));
}

/**
 * Drain by measurement (S2, S3): a fixed wait is too short for the one request that matters. A version leaves when no
 * proxy routes to it, nothing of it was in flight, at any proxy or pod, for the whole drain window, and nothing can still be on
 * its way to become so.
 */
export const drain: Rule = (situation) => {
  const { release } = situation;
  const going = leaving(situation);
  const obstacle = going.map((version) => notDrained(version, situation)).find((found) => found !== undefined);
  return obstacle === undefined ? undefined : wait('drain', obstacle, release.timings.drainLimitSeconds * 1000, going);
};

function notDrained(version: string, { release, seen, memory }: Situation): string | undefined {
  const obstacles = blocking(seen, namesVersion(version, release, seen.route));
  if (obstacles.length > 0) return obstacles.join('; ');
  const since = memory.quietSinceMs[version];
  if (since === undefined) return `${version} has ${inHand(seen, version)} in flight`;
  const windowMs = release.timings.drainWindowSeconds * 1000;
  const quietMs = seen.atMs - since;
  if (quietMs < windowMs) return `${version} is quiet, not yet for ${windowMs} ms`;
  const connectMs = settleMs(release, seen.evidence);
  const settledMs = seen.atMs - (memory.connections.settledSinceMs[version] ?? seen.atMs);
  return settledMs < connectMs ? `a request may wait for a connection to ${version}, for ${connectMs} ms` : undefined;
}

/** A pod that could not be asked may hold a request: say so instead of a number (S6). */
function inHand(seen: Observation, version: string): string {
  const own = seen.inFlight[version];
  if (seen.evidence !== 'proxy') return `${own ?? 'not yet counted'} at its pods`;
  const atProxies = seen.proxies.map((proxy) =>
    isRead(proxy) ? (proxy.clusters[version]?.activeRequests ?? 0) : Number.NaN,
  );
  const proxies = atProxies.reduce((sum, count) => sum + count, 0);
  return `${own ?? 'not yet counted'} at its pods and ${Number.isNaN(proxies) ? 'unknown' : proxies} at the proxies`;
}

/** The subset goes before the pods: what still names it would find no endpoint. */
export const removeSubset: Rule = (situation) => {
  const { seen } = situation;
  const going = leaving(situation).filter((version) => seen.subsets.versions.includes(version));
  if (going.length === 0) return undefined;
  const versions = seen.subsets.versions.filter((version) => !going.includes(version));
  return act({ kind: 'write-subsets', versions }, `no proxy names ${going.join(', ')}, and nothing of it is in flight`);
};

export const removeVersion: Rule = (situation) => {
  const version = leaving(situation).find((candidate) => candidate in situation.seen.workloads);
  if (version === undefined) return undefined;
  return act({ kind: 'remove-version', version }, `${version} has no subset, and nothing of it is in flight`);
};
