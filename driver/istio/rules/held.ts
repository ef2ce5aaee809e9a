/**
 * A filter before Envoy's router (one that buffers bodies, an authorization that reads them, a fault's delay, a rate limit) may
 * hold a request whose cluster is chosen already. Nobody counts it, and it is answered with 503 when the cluster has gone by the
 * time that it is let on. So a version that leaves stays until the longest request has had its time since the last proxy was
 * seen off the route.
 */
import type { Obstacle } from '../obstacle';
import { namesVersion, obstacles } from '../proxy-checks';
import type { ReleaseRecord } from '../record';
import type { RouteContent } from '../route-content';
import { msSince } from '../server-time';
import type { Situation } from './situation';

/** What the last proxies show that still send to it, or that cannot be asked. */
export function stillRouted(version: string, { release, seen }: Pick<Situation, 'release' | 'seen'>): Obstacle[] {
  return obstacles(seen, namesVersion(version, release, seen.route));
}

/** How long a request may still be held; 0 when none can be any more. */
export function heldForMs(version: string, { release, record, seen }: Situation): number {
  const longestMs = release.timings.longestRequestSeconds * 1000;
  const since = record.unrouted?.[version];
  return since === undefined ? Math.max(1, longestMs) : Math.max(0, longestMs - msSince(since, seen));
}

/** The part of the record that a write of the route changes: what it names is routed again. */
export function whenRouted({ unrouted }: ReleaseRecord, { split, headerVersions, probes }: RouteContent) {
  return unrouted && { unrouted: withoutVersions(unrouted, [...Object.keys(split), ...headerVersions, ...probes]) };
}

export function withoutVersions(unrouted: ReleaseRecord['unrouted'], versions: readonly string[]) {
  return Object.fromEntries(Object.entries(unrouted ?? {}).filter(([version]) => !versions.includes(version)));
}
