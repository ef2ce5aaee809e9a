/**
 * Gateways that buffer whole bodies before they send a request on: for the time of an upload it is in no count of Envoy's, though its
 * cluster is chosen.
 */
import type { Manifest } from './manifests';
import { gatewayNamespace } from './gateway';
import { Kubectl } from './kubectl';
import { gatewaysHaveFilter } from './proxies';
import type { Trial } from './trial';

const filter = 'envoy.filters.http.buffer';

/** Of all gateways, until the end of the trial. Before loads begin: a listener that changes drains its connections. */
export async function bufferBodies(trial: Trial): Promise<void> {
  const kubectl = new Kubectl(gatewayNamespace);
  trial.atEnd(() => kubectl.run('delete', 'envoyfilter', trial.namespace, '--ignore-not-found'));
  await kubectl.apply([bufferFilter(trial.namespace)]);
  await gatewaysHaveFilter(filter);
}

function bufferFilter(name: string): Manifest {
  const type = 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer';
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name, namespace: gatewayNamespace },
    spec: {
      workloadSelector: { labels: { istio: 'ingressgateway' } },
      configPatches: [
        {
          applyTo: 'HTTP_FILTER',
          match: {
            context: 'GATEWAY',
            listener: {
              filterChain: {
                filter: {
                  name: 'envoy.filters.network.http_connection_manager',
                  subFilter: { name: 'envoy.filters.http.router' },
                },
              },
            },
          },
          patch: {
            operation: 'INSERT_BEFORE',
            value: { name: filter, typed_config: { '@type': type, max_request_bytes: 1_048_576 } },
          },
        },
      ],
    },
  };
}
