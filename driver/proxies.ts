/**
 * What every serving proxy must be seen to hold. Each question answers with what stands in the way, naming the proxies;
 * an empty answer is the only yes. A proxy that cannot be read always stands in the way (invariant S9).
 */
import { hostsAt, sameSplit, type Release, type Split } from '../model';
import { isRead, type Observation, type ReadProxy } from './observation';

export function blocking(seen: Observation, question: (proxy: ReadProxy) => string | undefined): string[] {
  if (!seesGateway(seen)) return ['no Running pod matches the selector of the Gateway'];
  return seen.proxies.flatMap((proxy) => {
    const answer = isRead(proxy) ? question(proxy) : `cannot be read (${proxy.unreadable})`;
    return answer === undefined ? [] : [`${proxy.name} ${answer}`];
  });
}

/** A look that found none has seen nothing: requests from outside come in somewhere, or will as soon as one starts. */
export function seesGateway({ proxies }: Observation): boolean {
  return proxies.some(({ kind }) => kind === 'gateway');
}

/** The subset's cluster is in use, not warming, with enough healthy endpoints (envoy#46383: it can warm for minutes). */
export function lacksCluster(version: string, endpoints: number) {
  return (proxy: ReadProxy): string | undefined => {
    const cluster = proxy.clusters[version];
    if (!cluster) return `has no cluster for ${version} yet`;
    if (cluster.state === 'warming') return `is still warming the cluster of ${version}`;
    if (cluster.healthyEndpoints >= endpoints) return undefined;
    return `knows ${cluster.healthyEndpoints} of ${endpoints} healthy endpoints of ${version}`;
  };
}

/** The removal of an earlier subset of this name has not arrived. */
export function stillHasCluster(version: string) {
  return (proxy: ReadProxy): string | undefined =>
    proxy.clusters[version] && `still has the cluster of an earlier subset ${version}`;
}

/** Every host's route is this write's, not an older one with the same split. */
export function lacksRoute(release: Release, marker: string, split: Split) {
  return (proxy: ReadProxy): string | undefined => {
    const missing = hostsAt(release, proxy.kind).find((host) => !proxy.routes.some((route) => route.host === host));
    if (missing !== undefined) return `has no route for ${missing}`;
    const stale = proxy.routes.find((route) => route.marker !== marker || !sameSplit(route.split, split));
    return stale && `still routes ${stale.host} by ${stale.marker || 'an unnamed route'}`;
  };
}

export function namesVersion(version: string) {
  return (proxy: ReadProxy): string | undefined =>
    proxy.namedVersions.includes(version) ? `still has a route to ${version}` : undefined;
}
