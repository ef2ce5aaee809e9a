/**
 * What every serving proxy must be seen to hold. Each question answers with what stands in the way, naming the proxies;
 * an empty answer is the only yes. A proxy that cannot be asked always stands in the way (invariant S9). A gateway that was
 * probed answers the same questions by what it did with the driver's requests.
 */
import { hostsAt, sameSplit, type Release } from '../../model';
import { isRead, isSeen, routeNames, type Observation, type ObservedRoute, type SeenProxy } from './observation';

type Question = (proxy: SeenProxy) => string | undefined;

export function blocking(seen: Observation, question: Question): string[] {
  if (!seesGateway(seen)) return ['no Running pod matches the selector of the Gateway'];
  return seen.proxies.flatMap((proxy) => {
    const answer = isSeen(proxy) ? question(proxy) : `cannot be read (${proxy.unreadable})`;
    return answer === undefined ? [] : [`${proxy.name} ${answer}`];
  });
}

/** A look that found none has seen nothing: requests from outside come in somewhere, or will as soon as one starts. */
export function seesGateway({ proxies }: Observation): boolean {
  return proxies.some(({ kind }) => kind === 'gateway');
}

/** The subset's cluster is in use, not warming, with enough healthy endpoints (envoy#46383: it can warm for minutes). */
export function lacksCluster(version: string, endpoints: number): Question {
  return (proxy) => {
    if (!isRead(proxy)) return proxy.answers[version] === 'answered' ? undefined : `answers no probe by ${version} yet`;
    const cluster = proxy.clusters[version];
    if (!cluster) return `has no cluster for ${version} yet`;
    if (cluster.state === 'warming') return `is still warming the cluster of ${version}`;
    if (cluster.healthyEndpoints >= endpoints) return undefined;
    return `knows ${cluster.healthyEndpoints} of ${endpoints} healthy endpoints of ${version}`;
  };
}

/** The removal of an earlier subset of this name has not arrived. */
export function stillHasCluster(version: string): Question {
  const obstacle = `still has the cluster of an earlier subset ${version}`;
  return (proxy) => {
    if (isRead(proxy)) return proxy.clusters[version] && obstacle;
    if (!(version in proxy.answers)) return `has no route for probes of ${version} yet`;
    return proxy.answers[version] === 'no cluster' ? undefined : obstacle;
  };
}

/** Every host's route is this write's, not an older one with the same split. */
export function lacksRoute(release: Release, route: ObservedRoute): Question {
  const { marker, split } = route;
  return (proxy) => {
    if (!isRead(proxy)) return answersOtherwise(release, proxy.markers, route);
    const missing = hostsAt(release, proxy.kind).find((host) => !proxy.routes.some((held) => held.host === host));
    if (missing !== undefined) return `has no route for ${missing}`;
    const stale = proxy.routes.find((held) => held.marker !== marker || !sameSplit(held.split, split));
    return stale && `still routes ${stale.host} by ${stale.marker || 'an unnamed route'}`;
  };
}

/** The last write of a release takes the routes for probes away: it has arrived when none of them answers any more. */
function answersOtherwise(release: Release, markers: Readonly<Record<string, string>>, route: ObservedRoute) {
  const wanted = route.probes.length > 0 ? route.marker : '';
  const behind = hostsAt(release, 'gateway').find((host) => markers[host] !== wanted);
  return behind && `still answers for ${behind} by ${markers[behind] || 'a route that has no probes'}`;
}

/** Of a probed gateway only the routes of this release are known, and those by the name of the write that it acts on. */
export function namesVersion(version: string, release: Release, route: ObservedRoute): Question {
  return (proxy) => {
    if (isRead(proxy)) return proxy.namedVersions.includes(version) ? `still has a route to ${version}` : undefined;
    if (routeNames(route, version)) return `answers by a route that names ${version}`;
    return answersOtherwise(release, proxy.markers, route);
  };
}
