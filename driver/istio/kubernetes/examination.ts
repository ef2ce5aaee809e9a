/** A cluster as `handover doctor` examines it: the API server, and proxies as a release asks them. */
import { openConnection, type ConnectionOptions } from '../../kubernetes/connection';
import { PodHttp } from '../../kubernetes/pod-http';
import { reachBy, type Reach } from '../../kubernetes/reach';
import { Tunnel } from '../../kubernetes/tunnel';
import { askPodThrough, askProxyThrough } from '../mesh/ask';
import type { AskPod } from '../mesh/in-flight';
import type { AskProxy } from '../mesh/read-proxies';

export interface Examination extends Reach {
  readonly askProxy: AskProxy;
  readonly askPod: AskPod;
}

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
export function openExamination(options: ConnectionOptions): Examination {
  const connection = openConnection(options);
  const pods = new PodHttp((address, port) => Tunnel.open(connection, address, port));
  const reach = reachBy(connection);
  return {
    ...reach,
    askProxy: askProxyThrough(connection, pods),
    askPod: askPodThrough(pods),
    close: () => {
      pods.close();
      reach.close();
    },
  };
}
