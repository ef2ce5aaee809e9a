/** Whether the mesh is of one cluster: a release refuses others, as it does not see what their proxies do. */
import type { Api } from '../../kubernetes/api';
import { gatewaySelectors } from '../mesh/gateway-selectors';
import type { AskPod } from '../mesh/in-flight';
import { otherClusters } from '../mesh/other-clusters';
import { proxyPods, type ProxyPod } from '../mesh/proxy-pods';
import { wayToOneCluster } from '../several-clusters';
import { right, unknown, wrong, type Check } from './check';
import type { Routed } from './proxies';

const what = 'several clusters';
const look =
  'if other clusters of this mesh send to the service, their proxies follow a release unseen: keep them out of it';

export async function checkClusters(api: Api, ask: AskPod, { release, route }: Routed): Promise<Check[]> {
  const { found, untold } = await otherClusters(api, ask);
  if (found.length > 0) return [wrong(what, `istiod knows others: ${found.join('; ')}`, wayToOneCluster)];
  if (untold !== undefined) return [unknown(what, untold, look)];
  const names = clusterNames(await proxyPods(api, release, await gatewaySelectors(api, release, route)));
  if (names.length === 0) return [right(what, 'istiod knows this one alone')];
  return [unknown(what, `Istio calls this cluster ${names.join(', ')}, as a mesh of several does`, look)];
}

/** Those that somebody chose: the istiod of another cluster may know this one, and this one not that. */
function clusterNames(pods: readonly ProxyPod[]): string[] {
  const names = pods.flatMap(({ pod: { spec = {} } }) =>
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ env = [] }) =>
      env.filter(({ name }) => name === 'ISTIO_META_CLUSTER_ID').map(({ value }) => value ?? ''),
    ),
  );
  return [...new Set(names)].filter((name) => name !== '' && name !== 'Kubernetes');
}
