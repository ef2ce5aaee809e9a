/** Asks every proxy that serves the route what it really has. */
import type { ProxyKind, Release } from '../../../model';
import type { Proxy } from '../observation';
import type { PodAddress } from '../../kubernetes/objects';
import type { Get } from '../../kubernetes/http-over';
import { isProxyless, type Pod } from '../../kubernetes/objects';
import { askEach, nameOf, type Asking, type ProxyPod } from './proxy-pods';
import type { LivePods } from './live-endpoints';
import { readProxy } from './read-proxy';
import type { RouteMemory } from './route-memory';

/** Runs a conversation with the admin port of a proxy. */
export type AskProxy = <T>(address: PodAddress, conversation: (get: Get) => Promise<T>) => Promise<T>;

export interface ProxyEyes extends Asking {
  readonly askProxy: AskProxy;
  /** What was read of each proxy's routes before. */
  readonly routes: RouteMemory;
}

export interface HowToRead {
  readonly counts: (kind: ProxyKind) => boolean;
  readonly livePods: LivePods;
}

export async function readProxies(
  { api, window, askProxy, routes }: ProxyEyes,
  release: Release,
  pods: readonly ProxyPod[],
  { counts, livePods }: HowToRead,
): Promise<Proxy[]> {
  return askEach({ api, window }, pods, ({ pod, kind, hosts }, address) => {
    if (isProxyless(pod)) throw new Error(proxyless);
    const of = { release, kind, name: nameOf(pod), uid: uidOf(pod), ...(hosts && { hosts }) };
    const reading = { ...of, routes, livePods, counts: counts(kind) };
    return askProxy(address, (get) => readProxy(get, reading));
  });
}

/** What was read of proxies that are gone is forgotten. */
export function forgetOthers({ routes }: ProxyEyes, pods: readonly ProxyPod[]): void {
  routes.keep(pods.map(({ pod }) => uidOf(pod)));
}

function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? nameOf(pod);
}

const proxyless =
  'it is a proxyless gRPC client: it follows the routes by itself, and has no Envoy that could be asked';
