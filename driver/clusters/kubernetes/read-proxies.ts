/** Asks every proxy that serves the route what it really holds. */
import { serviceHost, type Release } from '../../../model';
import type { Proxy, ReadProxy } from '../../observation';
import type { Api } from './api';
import { mapBounded } from './bounded';
import { clusterPaths, proxyClusters } from './envoy-clusters';
import { namedVersions, proxyRoutes, routesPath } from './envoy-routes';
import { isRunning, isServing, proxyContainer, type Pod, type PodAddress } from './objects';
import { podPath, podsOfAllNamespaces } from './paths';
import type { Get } from './http-over';

/** Enough to be quick with a dozen gateways, and not to be throttled with hundreds of sidecars. */
const concurrency = 8;

/** Runs a conversation with the admin port of a proxy. */
export type AskProxy = <T>(address: PodAddress, conversation: (get: Get) => Promise<T>) => Promise<T>;

export async function readProxies(api: Api, ask: AskProxy, release: Release): Promise<Proxy[]> {
  const pods = await servingPods(api, release);
  const proxies = await mapBounded(pods, concurrency, (pod) => readPod(api, ask, release, pod));
  return proxies.filter((proxy) => proxy !== undefined);
}

/** The selector of a Gateway reaches into all namespaces, so a gateway anywhere may serve the route. */
async function servingPods(api: Api, release: Release): Promise<Pod[]> {
  const gateways = await api.list<Pod>(podsOfAllNamespaces, release.gateway.selector);
  const sidecars = listsMesh(release) ? (await api.list<Pod>(podsOfAllNamespaces, {})).filter(hasSidecar) : [];
  const byName = new Map([...gateways, ...sidecars].filter(isServing).map((pod) => [nameOf(pod), pod]));
  return [...byName.values()];
}

/** A route that lists the mesh is followed by every sidecar. */
function listsMesh(release: Release): boolean {
  return 'mesh' in release && release.mesh === true;
}

function hasSidecar({ status }: Pod): boolean {
  const containers = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return containers.some((container) => container.name === proxyContainer && isRunning(container));
}

/** The name by which istiod and istioctl know a proxy. */
export function nameOf({ metadata }: Pod): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`;
}

async function readPod(api: Api, ask: AskProxy, release: Release, pod: Pod): Promise<Proxy | undefined> {
  const { name, namespace = '' } = pod.metadata;
  try {
    return await ask({ namespace, pod: name }, (get) => readProxy(get, release, nameOf(pod)));
  } catch (error) {
    // Only a pod that serves no more may be left out: anything else that cannot be asked has to be named (S9).
    const now = await api.find<Pod>(podPath(namespace, name)).catch(() => pod);
    if (!now || now.metadata.uid !== pod.metadata.uid || !isServing(now)) return undefined;
    return { name: nameOf(pod), unreadable: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Routes first: a request that was sent by a route seen here is counted by the answer on clusters, which comes later. The
 * other way round, a route that goes away in between hides the last request that it sent.
 */
async function readProxy(get: Get, release: Release, name: string): Promise<ReadProxy> {
  const host = serviceHost(release.name, release.namespace);
  const paths = clusterPaths(host, release.port);
  const routes = await get(routesPath);
  const warming = await get(paths.warming);
  const active = await get(paths.active);
  const hosts = await get(paths.hosts);
  return {
    name,
    clusters: proxyClusters(host, release.port, { active, warming, hosts }),
    routes: proxyRoutes(release, routes),
    namedVersions: namedVersions(release, routes),
  };
}
