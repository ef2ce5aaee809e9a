/** Asks every proxy that serves the route what it really has. */
import type { Release } from '../../../model';
import type { Proxy } from '../observation';
import type { Api } from '../../kubernetes/api';
import type { PodAddress } from '../../kubernetes/objects';
import type { Get } from '../../kubernetes/http-over';
import { isProxyless } from '../../kubernetes/objects';
import { askEach, nameOf, type ProxyPod } from './proxy-pods';
import { readGateway, readSidecar } from './read-proxy';

/** Runs a conversation with the admin port of a proxy. */
export type AskProxy = <T>(address: PodAddress, conversation: (get: Get) => Promise<T>) => Promise<T>;

export async function readProxies(
  api: Api,
  ask: AskProxy,
  release: Release,
  pods: readonly ProxyPod[],
): Promise<Proxy[]> {
  return askEach(api, pods, ({ pod, kind }, address) => {
    if (isProxyless(pod)) throw new Error(proxyless);
    const read = kind === 'gateway' ? readGateway : readSidecar;
    return ask(address, (get) => read(get, release, nameOf(pod)));
  });
}

const proxyless =
  'it is a proxyless gRPC client: it follows the routes by itself, and has no Envoy that could be asked';
