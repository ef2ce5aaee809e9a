/** Asks every proxy that serves the route what it really holds. */
import type { ProxyKind, Release } from '../../../model';
import type { Proxy } from '../../observation';
import type { Api } from './api';
import { mapBounded } from './bounded';
import { hasSidecar, isServing, type Pod, type PodAddress } from './objects';
import { podPath, podsOfAllNamespaces } from './paths';
import type { Get } from './http-over';
import { readGateway, readSidecar } from './read-proxy';

/** Enough to be quick with a dozen gateways, and not to be throttled with hundreds of sidecars. */
const concurrency = 8;

/** Runs a conversation with the admin port of a proxy. */
export type AskProxy = <T>(address: PodAddress, conversation: (get: Get) => Promise<T>) => Promise<T>;

interface ProxyPod {
  readonly pod: Pod;
  readonly kind: ProxyKind;
}

export async function readProxies(api: Api, ask: AskProxy, release: Release): Promise<Proxy[]> {
  const pods = await proxyPods(api, release);
  const proxies = await mapBounded(pods, concurrency, (pod) => readPod(api, ask, release, pod));
  return proxies.filter((proxy) => proxy !== undefined);
}

/** The selector of a Gateway reaches into all namespaces, and so does the mesh: a proxy anywhere may serve the route. */
async function proxyPods(api: Api, release: Release): Promise<ProxyPod[]> {
  const gateways = await api.list<Pod>(podsOfAllNamespaces, release.gateway.selector);
  const all = release.mesh ? await api.list<Pod>(podsOfAllNamespaces, {}) : [];
  const found: ProxyPod[] = [
    ...all.map((pod) => ({ pod, kind: 'sidecar' as const })),
    ...gateways.map((pod) => ({ pod, kind: 'gateway' as const })),
  ];
  return [...new Map(found.filter(serves).map((one) => [nameOf(one.pod), one])).values()];
}

function serves({ pod, kind }: ProxyPod): boolean {
  return kind === 'gateway' ? isServing(pod) : hasSidecar(pod);
}

/** The name by which istiod and istioctl know a proxy. */
export function nameOf({ metadata }: Pod): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`;
}

async function readPod(api: Api, ask: AskProxy, release: Release, { pod, kind }: ProxyPod): Promise<Proxy | undefined> {
  const { name, namespace = '' } = pod.metadata;
  const read = kind === 'gateway' ? readGateway : readSidecar;
  try {
    return await ask({ namespace, pod: name }, (get) => read(get, release, nameOf(pod)));
  } catch (error) {
    // Only a pod that serves no more may be left out: anything else that cannot be asked has to be named (S9).
    const now = await api.find<Pod>(podPath(namespace, name)).catch(() => pod);
    if (!now || now.metadata.uid !== pod.metadata.uid || !serves({ pod: now, kind })) return undefined;
    return { name: nameOf(pod), kind, unreadable: error instanceof Error ? error.message : String(error) };
  }
}
