/** What one Envoy says that it has, by its admin port. */
import { z } from 'zod';
import { serviceHost, type ProxyKind, type Release } from '../../../model';
import type { ReadProxy } from '../observation';
import { clusterPaths, proxyClusters } from './envoy-clusters';
import { mentionsService, namedVersions, proxyRoutes, routesPath } from './envoy-routes';
import type { Get } from '../../kubernetes/http-over';

export async function readGateway(get: Get, release: Release, name: string): Promise<ReadProxy> {
  return (await readProxy(get, release, name, 'gateway')).proxy;
}

/**
 * Undefined for a sidecar that does not serve the route: a Sidecar resource or an export keeps the whole Service away from
 * it. That is told from one that has not got the route yet by what it has instead. Every sidecar that can see a Service
 * has a virtual host for it, with Istio's own route when nobody wrote another; one that has nothing at all of the Service,
 * and has been through its first configuration, sends nothing to it and never waits for it. It is asked anew in each look.
 */
export async function readSidecar(get: Get, release: Release, name: string): Promise<ReadProxy | undefined> {
  // Before the routes: one that starts while it is asked must not look like one that never gets any.
  const { state } = serverInfo.parse(JSON.parse(await get('/server_info')));
  const { proxy, isKnown } = await readProxy(get, release, name, 'sidecar');
  if (isKnown || Object.keys(proxy.clusters).length > 0) return proxy;
  if (state === 'LIVE') return undefined;
  throw new Error(`its Envoy has no configuration yet: ${state}`);
}

const serverInfo = z.object({ state: z.string() });

/**
 * Routes first: a request that was sent by a route seen here is counted by the answer on clusters, which comes later. The
 * other way round, a route that goes away in between hides the last request that it sent.
 */
async function readProxy(get: Get, release: Release, name: string, kind: ProxyKind) {
  const host = serviceHost(release.name, release.namespace);
  const paths = clusterPaths(host, release.ports);
  const routes = await get(routesPath);
  const warming = await get(paths.warming);
  const active = await get(paths.active);
  const hosts = await get(paths.hosts);
  const proxy: ReadProxy = {
    name,
    kind,
    clusters: proxyClusters(host, release.ports, { active, warming, hosts }),
    routes: proxyRoutes(release, kind, routes),
    namedVersions: namedVersions(release, routes),
  };
  return { proxy, isKnown: mentionsService(release, routes) };
}
