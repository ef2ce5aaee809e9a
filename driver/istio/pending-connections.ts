/**
 * A request that waits for a connection to a pod is in nobody's count: Envoy calls it active once it has one, and the pod has
 * not heard of it. So a version is drained only when no proxy has begun a connection to it for so long that each has come,
 * or failed.
 */
import type { Grade, Release } from '../../model';
import { isRead, isSeen, routeNames, type Observation, type Proxy, type ReadProxy } from './observation';

export interface Connections {
  /** By proxy and version: how many it had begun when it was last read. */
  readonly begun: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By version: the first of the looks to which no proxy that could be asked had begun another. */
  readonly settledSinceMs: Readonly<Record<string, number>>;
}

export const noConnections: Connections = { begun: {}, settledSinceMs: {} };

export function rememberConnections(known: Connections, seen: Observation): Connections {
  const begun = { ...known.begun };
  for (const proxy of seen.proxies) if (isRead(proxy)) begun[proxy.name] = begunBy(proxy, known.begun[proxy.name]);
  const settledSinceMs: Record<string, number> = {};
  for (const version of new Set([...Object.keys(seen.workloads), ...(seen.subsets?.versions ?? [])])) {
    if (seen.proxies.every((proxy) => isSettled(proxy, version, known, seen)))
      settledSinceMs[version] = known.settledSinceMs[version] ?? seen.endedMs;
  }
  return { begun, settledSinceMs };
}

/** Envoy's longest wait before it tries again: https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter */
const longestBackoffMs = 250;
/** What Istio writes for a route that says nothing of retries. */
const istiosAttempts = 2;

/** Who cannot count connections has to wait for all the tries that a request may make. */
export function settleMs({ timings, retries }: Pick<Release, 'timings' | 'retries'>, evidence: Grade): number {
  const tries = evidence === 'proxy' ? 1 : 1 + (retries?.attempts ?? istiosAttempts);
  return tries * (timings.connectTimeoutSeconds * 1000 + longestBackoffMs);
}

function isSettled(proxy: Proxy, version: string, { begun }: Connections, seen: Observation): boolean {
  if (seen.evidence !== 'proxy') return sendsNothingNew(proxy, version, seen);
  // One that cannot be asked now is no reason to begin anew: its next count tells of the time between.
  if (!isRead(proxy)) return true;
  const cluster = proxy.clusters[version];
  const now = cluster ? cluster.connectionsBegun : 0;
  // Not counted in this look: nobody can say that none was begun.
  return now !== undefined && now === (begun[proxy.name]?.[version] ?? 0);
}

/** Of a cluster that is not counted in this look, the last count stays the one to compare with. */
function begunBy({ clusters }: ReadProxy, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const begun: Record<string, number> = {};
  for (const version in clusters) begun[version] = clusters[version]?.connectionsBegun ?? before[version] ?? 0;
  return begun;
}

/** Of a probed gateway only the route that it acts on is known, by its name. */
export function sendsNothingNew(proxy: Proxy, version: string, { route }: Observation): boolean {
  if (isRead(proxy)) return !proxy.namedVersions.includes(version);
  if (!isSeen(proxy) || !route || routeNames(route, version)) return false;
  return Object.values(proxy.markers).every((marker) => marker === route.marker);
}
