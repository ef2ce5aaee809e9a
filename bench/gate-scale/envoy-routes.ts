/** From a VirtualService to what istiod makes of it for an Envoy: the parts that the driver reads, in their real shape. */
import { clusterName, type MeshService } from './mesh-shape';

export interface HttpRoute {
  readonly name?: string;
  readonly match?: readonly { readonly headers?: Readonly<Record<string, { readonly exact?: string }>> }[];
  readonly route?: readonly {
    readonly destination: {
      readonly host: string;
      readonly subset?: string;
      readonly port?: { readonly number: number };
    };
    readonly weight?: number;
  }[];
}

export interface RoutedService {
  readonly namespace: string;
  readonly name: string;
  /** Its Service, as DNS knows it. */
  readonly host: string;
  readonly port: number;
  readonly hosts: readonly string[];
}

const ownDefaults = { timeout: '0s', max_grpc_timeout: '0s' };

const retryPolicy = {
  retry_on: 'connect-failure,refused-stream,unavailable,cancelled',
  num_retries: 2,
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
      },
    },
  ],
  host_selection_retry_max_attempts: '5',
};

/** What a sidecar has for a Service that no VirtualService routes. */
export function serviceVirtualHost({ host, port }: MeshService, index: number): object {
  const [name = '', namespace = ''] = host.split('.');
  const address = `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  return {
    name: `${host}:${port}`,
    domains: [host, `${name}.${namespace}`, `${name}.${namespace}.svc`, address],
    routes: [
      {
        match: { prefix: '/' },
        route: { cluster: clusterName(port, '', host), ...ownDefaults, retry_policy: retryPolicy },
        decorator: { operation: `${host}:${port}/*` },
        name: 'default',
      },
    ],
    include_request_attempt_count: true,
  };
}

/** The virtual hosts of the service that is released: one for each of its hosts. */
export function routedVirtualHosts(service: RoutedService, http: readonly HttpRoute[], hosts: readonly string[]) {
  const routes = http.flatMap((route) => (route.match ?? [{}]).map((match) => envoyRoute(service, route, match)));
  return hosts.map((host) => ({
    name: `${host}:${service.port}`,
    domains: [host],
    routes,
    include_request_attempt_count: true,
  }));
}

type Match = NonNullable<HttpRoute['match']>[number];

function envoyRoute({ namespace, name, host, port }: RoutedService, route: HttpRoute, { headers }: Match): object {
  const conditions = Object.entries(headers ?? {}).map(([header, { exact }]) => ({
    name: header,
    string_match: { exact },
  }));
  return {
    match: { prefix: '/', ...(conditions.length > 0 && { case_sensitive: true, headers: conditions }) },
    route: { ...destinations(route, host, port), ...ownDefaults },
    metadata: {
      filter_metadata: {
        istio: { config: `/apis/networking.istio.io/v1/namespaces/${namespace}/virtual-service/${name}` },
      },
    },
    decorator: { operation: `${host}:${port}/*` },
    name: route.name ?? '',
  };
}

/** One destination has no weights, and those of weight 0 are left out. */
function destinations({ route = [] }: HttpRoute, host: string, port: number): object {
  const clusters = route
    .filter(({ weight = 100 }) => weight > 0)
    .map(({ destination, weight = 100 }) => ({ name: clusterName(port, destination.subset ?? '', host), weight }));
  const [only] = clusters;
  return clusters.length === 1 && only ? { cluster: only.name } : { weighted_clusters: { clusters } };
}
