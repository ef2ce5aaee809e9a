/** The pods whose proxies may serve the route, and how all of them are asked. */
import { messageOf, type ProxyKind, type Release } from '../../../model';
import type { Proxy } from '../observation';
import type { Api } from '../../kubernetes/api';
import {
  addressOf,
  hasSidecar,
  isGateway,
  isServing,
  sidecarPart,
  type Pod,
  type PodAddress,
} from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import { stillServes } from '../../kubernetes/still-serves';
import type { Window } from '../../kubernetes/window';

/** Of the route's hosts, those for which requests are let in there; left out: nothing narrows them. */
interface Admitting {
  readonly hosts?: readonly string[];
}

export interface ProxyPod extends Admitting {
  readonly pod: Pod;
  readonly kind: ProxyKind;
}

/** The pods of a Gateway that serves the route; it reaches into all namespaces. */
export interface Selection extends Admitting {
  readonly selector: Readonly<Record<string, string>>;
}

/** An empty selector means each gateway there is. */
export async function gatewayPods(api: Api, selections: readonly Selection[]): Promise<ProxyPod[]> {
  const lists = selections.map(async ({ selector, ...admitting }) => {
    const pods = await api.list<Pod>(collectionPath('Pod'), selector);
    const gateways = Object.keys(selector).length > 0 ? pods : pods.filter(isGateway);
    return gateways.map((pod) => ({ pod, kind: 'gateway' as const, ...admitting }));
  });
  const found = (await Promise.all(lists)).flat().filter(serves);
  return unitedBy(found, ({ pod }) => nameOf(pod));
}

/** Each once: several Gateways may select the same pods, and let in what any of them does. */
export function unitedBy<A extends Admitting>(all: readonly A[], key: (one: A) => string): A[] {
  const united = new Map<string, A>();
  for (const one of all) {
    const { hosts: before } = united.get(key(one)) ?? one;
    const hosts = before && one.hosts && [...new Set([...before, ...one.hosts])];
    const { hosts: _, ...rest } = one;
    united.set(key(one), { ...rest, ...(hosts && { hosts }) } as A);
  }
  return [...united.values()];
}

/** So does the mesh: a proxy anywhere may serve the route. */
export async function proxyPods(api: Api, release: Release, selections: readonly Selection[]): Promise<ProxyPod[]> {
  const gateways = await gatewayPods(api, selections);
  const sidecars = release.mesh ? await api.list<Pod, ProxyPod>(collectionPath('Pod'), {}, sidecarsAmong) : [];
  return [...new Map([...sidecars, ...gateways].map((one) => [nameOf(one.pod), one])).values()];
}

function sidecarsAmong(pods: readonly Pod[]): readonly ProxyPod[] {
  return pods.filter(hasSidecar).map((pod) => ({ pod: sidecarPart(pod), kind: 'sidecar' }));
}

function serves({ pod, kind }: ProxyPod): boolean {
  return kind === 'gateway' ? isServing(pod) : hasSidecar(pod);
}

/** The name by which istiod and istioctl know a proxy. */
export function nameOf({ metadata }: Pod): string {
  return `${metadata.name}.${metadata.namespace ?? ''}`;
}

export type Ask = (one: ProxyPod, address: PodAddress) => Promise<Proxy | undefined>;

export interface Asking {
  readonly api: Api;
  readonly window: Window;
}

/** Undefined answers are left out: such a proxy does not serve the route. */
export async function askEach(asking: Asking, pods: readonly ProxyPod[], ask: Ask): Promise<Proxy[]> {
  const proxies = await asking.window.map(pods, (one) => askOne(asking, one, ask));
  return proxies.filter((proxy) => proxy !== undefined);
}

async function askOne({ api, window }: Asking, one: ProxyPod, ask: Ask): Promise<Proxy | undefined> {
  const { pod, kind } = one;
  const address = addressOf(pod);
  try {
    return await window.ask(() => ask(one, address));
  } catch (error) {
    if (!(await stillServes(api, address, pod, (now) => serves({ pod: now, kind })))) return undefined;
    return { name: nameOf(pod), kind, unreadable: messageOf(error) };
  }
}
