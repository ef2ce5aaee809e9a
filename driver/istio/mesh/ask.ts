/** How pods are asked: through tunnels, and where those are forbidden, by a program in the pod. */
import type { AskPod } from './in-flight';
import type { Connection } from '../../kubernetes/connection';
import { execGet } from '../../kubernetes/pod-exec';
import type { PodHttp } from '../../kubernetes/pod-http';
import type { AskProxy } from './read-proxies';
import { TunnelRefused } from '../../kubernetes/tunnel';

const adminPort = 15_000;

export function askPodThrough(pods: PodHttp): AskPod {
  return (address, port, conversation) => pods.converse(address, port, conversation);
}

/** By port-forward; where that is forbidden, by running pilot-agent in the pod. */
export function askProxyThrough(config: Connection, pods: PodHttp): AskProxy {
  return async (address, conversation) => {
    try {
      return await pods.converse(address, adminPort, conversation);
    } catch (error) {
      if (!(error instanceof TunnelRefused) || error.status !== 403) throw error;
      return await conversation(execGet(config, address)).catch((second: Error) => {
        throw new Error(`forbidden to create pods/portforward in ${address.namespace}, and by exec: ${second.message}`);
      });
    }
  };
}
