/** The pods whose proxies may serve the route, and how all of them are asked. */
import { isPublished, messageOf, type ProxyKind, type Release } from '../../../model';
import type { Proxy } from '../observation';
import type { Api } from '../../kubernetes/api';
import { mapBounded } from '../../kubernetes/bounded';
import { hasSidecar, isServing, type Pod, type PodAddress } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import { stillServes } from '../../kubernetes/still-serves';

/** Enough to be quick with a dozen gateways, and not to be throttled with hundreds of sidecars. */
const concurrency = 8;

export interface ProxyPod {
  readonly pod: Pod;
  readonly kind: ProxyKind;
}

/** The selector of a Gateway reaches into all namespaces. */
export async function gatewayPods(api: Api, release: Release): Promise<ProxyPod[]> {
  const pods = await api.list<Pod>(collectionPath('Pod'), release.gateway.selector);
  return pods.map((pod) => ({ pod, kind: 'gateway' as const })).filter(serves);
}

/** So does the mesh: a proxy anywhere may serve the route. */
export async function proxyPods(api: Api, release: Release): Promise<ProxyPod[]> {
  const gateways = isPublished(release) ? await gatewayPods(api, release) : [];
  const all = release.mesh ? await api.list<Pod>(collectionPath('Pod'), {}) : [];
  const sidecars = all.map((pod) => ({ pod, kind: 'sidecar' as const })).filter(serves);
  return [...new Map([...sidecars, ...gateways].map((one) => [nameOf(one.pod), one])).values()];
}

function serves({ pod, kind }: ProxyPod): boolean {
  return kind === 'gateway' ? isServing(pod) : hasSidecar(pod);
}

/** The name by which istiod and istioctl know a proxy. */
export function nameOf({ metadata }: Pod): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`;
}

export type Ask = (one: ProxyPod, address: PodAddress) => Promise<Proxy | undefined>;

/** Undefined answers are left out: such a proxy does not serve the route. */
export async function askEach(api: Api, pods: readonly ProxyPod[], ask: Ask): Promise<Proxy[]> {
  const proxies = await mapBounded(pods, concurrency, (one) => askOne(api, one, ask));
  return proxies.filter((proxy) => proxy !== undefined);
}

async function askOne(api: Api, one: ProxyPod, ask: Ask): Promise<Proxy | undefined> {
  const { pod, kind } = one;
  const address = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name };
  try {
    return await ask(one, address);
  } catch (error) {
    if (!(await stillServes(api, address, pod, (now) => serves({ pod: now, kind })))) return undefined;
    return { name: nameOf(pod), kind, unreadable: messageOf(error) };
  }
}
