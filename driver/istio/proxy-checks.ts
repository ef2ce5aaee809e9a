/**
 * What every serving proxy must be seen to have. Each question answers with what stands in the way at one proxy; no answer is
 * the only yes. A proxy that cannot be asked always stands in the way (invariant S9). A gateway that was probed answers the
 * same questions by what it did with the driver's requests.
 */
import { sameSplit, type Release } from '../../model';
import {
  hostsOf,
  isRead,
  isSeen,
  routeNames,
  type Observation,
  type ObservedRoute,
  type ProbedProxy,
  type Proxy,
  type SeenProxy,
  type SubsetsElsewhere,
} from './observation';
import type { Obstacle } from './obstacle';

type AtProxy = Exclude<Obstacle, { code: 'no-gateway' | 'no-sidecar' }>;
type Found<O = AtProxy> = O extends unknown ? Omit<O, 'proxy'> : never;
type Question = (proxy: SeenProxy) => Found | undefined;

/** Of all proxies, one after the other. */
export function obstacles(seen: Observation, ...questions: readonly Question[]): Obstacle[] {
  if (!seesGateway(seen)) return [{ code: seen.route?.isMeshAlone ? 'no-sidecar' : 'no-gateway' }];
  return seen.proxies.flatMap((proxy) => obstaclesAt(proxy, questions));
}

function obstaclesAt(proxy: Proxy, questions: readonly Question[]): Obstacle[] {
  const found = isSeen(proxy) ? questions.map((question) => question(proxy)) : [unseen(proxy)];
  return found.flatMap((one) => (one === undefined ? [] : [{ ...one, proxy: proxy.name }]));
}

/**
 * A look that found none has seen nothing: requests from outside come in somewhere, or will as soon as one starts. Where no gateway
 * follows the route, requests come by sidecars.
 */
export function seesGateway({ route, proxies }: Pick<Observation, 'route' | 'proxies'>): boolean {
  const wanted = route?.isMeshAlone ? 'sidecar' : 'gateway';
  return proxies.some(({ kind }) => kind === wanted);
}

function unseen(proxy: Exclude<Proxy, SeenProxy>): Found {
  if ('unreadable' in proxy) return { code: 'unreadable', detail: proxy.unreadable };
  return { code: 'assumed-later', remainingSeconds: proxy.assumedInSeconds };
}

/** The subset's cluster is in use, not warming, with enough healthy endpoints (envoy#46383: it can warm for minutes). */
export function lacksCluster(version: string, needed: number): Question {
  return (proxy) => {
    if (!isRead(proxy)) return proxy.answers[version] === 'answered' ? undefined : { code: 'no-answer', version };
    const cluster = proxy.clusters[version];
    if (!cluster) return { code: 'no-cluster', version };
    if (cluster.state === 'warming') return { code: 'warming', version };
    const healthy = cluster.healthyEndpoints;
    return healthy >= needed ? undefined : { code: 'few-endpoints', version, healthy, needed };
  };
}

/** The removal of an earlier subset of this name has not arrived, or another DestinationRule has it. */
export function stillHasCluster(version: string, elsewhere: SubsetsElsewhere = {}): Question {
  const { [version]: by = [] } = elsewhere;
  const who = by === 'unknown' || by.length === 0 ? {} : { by };
  return (proxy) => {
    if (isRead(proxy)) return proxy.clusters[version] && { code: 'old-cluster', version, ...who };
    if (!(version in proxy.answers)) return { code: 'no-probe-route', version };
    return proxy.answers[version] === 'no cluster' ? undefined : { code: 'old-cluster', version };
  };
}

/** Every host's route is this write's, not an older one with the same split. */
export function lacksRoute(release: Release, route: ObservedRoute): Question {
  const { marker, split } = route;
  // Routes to the whole Service have no marker to look for.
  if (route.whole) return () => undefined;
  return (proxy) => {
    if (!isRead(proxy)) return shadowOf(release, proxy) ?? answersOtherwise(release, proxy, route);
    const missing = hostsOf(release, proxy).find((host) => !proxy.routes.some((other) => other.host === host));
    if (missing !== undefined) return { code: 'no-route', host: missing };
    const shadowed = proxy.routes.find(({ shadowedBy }) => shadowedBy !== undefined);
    if (shadowed?.shadowedBy !== undefined) return { code: 'shadowed', host: shadowed.host, by: shadowed.shadowedBy };
    const old = proxy.routes.find((other) => other.marker !== marker || !sameSplit(other.split, split));
    return old && { code: 'old-route', host: old.host, marker: old.marker };
  };
}

function shadowOf({ hosts }: Release, { shadowedBy }: ProbedProxy): Found | undefined {
  return shadowedBy === undefined ? undefined : { code: 'shadowed', host: hosts[0] ?? '', by: shadowedBy };
}

/** The last write of a release takes the routes for probes away: it has arrived when none of them answers any more. */
function answersOtherwise(release: Release, proxy: ProbedProxy, route: ObservedRoute): Found | undefined {
  const { markers } = proxy;
  const wanted = route.probes.length > 0 ? route.marker : '';
  const host = hostsOf(release, proxy).find((candidate) => markers[candidate] !== wanted);
  return host === undefined ? undefined : { code: 'old-route', host, marker: markers[host] ?? '' };
}

/** Of a probed gateway only the routes of this release are known, and those by the name of the write that it acts on. */
export function namesVersion(version: string, release: Release, route: ObservedRoute): Question {
  return (proxy) => {
    if (isRead(proxy)) return proxy.namedVersions.includes(version) ? { code: 'names-version', version } : undefined;
    if (routeNames(route, version)) return { code: 'names-version', version };
    return answersOtherwise(release, proxy, route);
  };
}
