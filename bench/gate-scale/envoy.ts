/**
 * What an Envoy's admin port answers, as real ones did (test/driver/istio/mesh/recorded): printed with an indent, filtered by
 * `resource`, `name_regex` and `mask`; `/clusters` by `filter` only from 1.38 on.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ProxyKind } from '../../model';
import { otherAddresses, versionAddress, type Endpoints } from './addresses';
import type { Arrivals } from './arrivals';
import { clusterStatus, dumpedCluster, dumpedEndpoints } from './envoy-hosts';
import { routedVirtualHosts, serviceVirtualHost, type RoutedService } from './envoy-routes';
import { masked } from './mask';
import { clusterName, servicesOf, type MeshShape } from './mesh-shape';

export interface Released extends RoutedService {
  readonly subsets: readonly string[];
  readonly endpointsPerSubset: number;
}

/** Stands in a cached answer for the time at which one Envoy got its routes. */
const whenUpdated = '2000-01-01T00:00:00.000Z';
const startedMs = Date.now();
const firstUpdated = new Date(startedMs).toISOString();

interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly kind: ProxyKind;
  readonly write: number;
}

export class Envoys {
  /** Answers are the same for all Envoys with the same write, but for a time. */
  private readonly cache = new Map<string, readonly Buffer[]>();

  constructor(
    private readonly mesh: MeshShape,
    private readonly released: Released,
    private readonly arrivals: Arrivals,
  ) {}

  /** Undefined for a path that Envoy does not know. */
  answer(target: string, proxy: number, kind: ProxyKind): Buffer | undefined {
    const { write, sinceMs } = this.arrivals.at(proxy, Date.now());
    const key = `${kind} ${write} ${target}`;
    const known = this.cache.get(key) ?? this.parts(target, kind, write);
    if (!known) return undefined;
    this.cache.set(key, known);
    const time = Buffer.from(new Date(sinceMs || startedMs).toISOString());
    return Buffer.concat(known.flatMap((part, index) => (index === 0 ? [part] : [time, part])));
  }

  private parts(target: string, kind: ProxyKind, write: number): readonly Buffer[] | undefined {
    const { pathname: path, searchParams: query } = new URL(target, 'http://envoy');
    const answer = this.whole({ path, query, kind, write });
    const text = typeof answer === 'string' ? answer : answer && `${JSON.stringify(answer, null, 1)}\n`;
    return text?.split(whenUpdated).map((part) => Buffer.from(part));
  }

  private whole(asked: Asked): object | string | undefined {
    switch (asked.path) {
      case '/ready':
        return 'LIVE\n';
      case '/server_info':
        return this.serverInfo();
      case '/clusters':
        return this.clusters(asked.query.get('filter'));
      case '/config_dump':
        return this.dump(asked);
      default:
        return undefined;
    }
  }

  /** With the metadata that pilot-agent gives a node: most of the answer. */
  private serverInfo(): object {
    const labels = { app: 'client', 'service.istio.io/canonical-name': 'client', 'security.istio.io/tlsMode': 'istio' };
    const metadata = {
      LABELS: labels,
      ISTIO_VERSION: '1.30.3',
      INTERCEPTION_MODE: 'REDIRECT',
      padding: 'x'.repeat(3_000),
    };
    return {
      version: `0123456789abcdef/${this.mesh.envoy}.0/Clean/RELEASE/BoringSSL`,
      state: 'LIVE',
      node: { metadata },
    };
  }

  /** By the name of the cluster. */
  private clusterEndpoints(): Map<string, Endpoints> {
    const { released, mesh } = this;
    const bySubset = released.subsets.map((_, subset) =>
      Array.from({ length: released.endpointsPerSubset }, (_, index) => versionAddress(subset, index)),
    );
    const named = (subset: string) => clusterName(released.port, subset, released.host);
    return new Map([
      [named(''), bySubset.flat()],
      ...released.subsets.map((subset, index) => [named(subset), bySubset[index] ?? []] as const),
      ...servicesOf(mesh).map(({ host, port }, index) => [clusterName(port, '', host), otherAddresses(index)] as const),
    ]);
  }

  /** Envoy before 1.38 takes no notice of the filter. */
  private clusters(filter: string | null): object {
    const [, minor = 0] = this.mesh.envoy.split('.').map(Number);
    const pattern = new RegExp(filter !== null && minor >= 38 ? filter : '');
    const found = [...this.clusterEndpoints()].filter(([name]) => pattern.test(name));
    return { cluster_statuses: found.map(([name, endpoints]) => clusterStatus(name, endpoints)) };
  }

  private dump({ query, kind, write }: Asked): object {
    const pattern = new RegExp(query.get('name_regex') ?? '');
    const clusters = () => [...this.clusterEndpoints()].filter(([name]) => pattern.test(name));
    const found = (() => {
      switch (query.get('resource')) {
        case 'dynamic_route_configs':
          return this.routeConfigs(kind, write, pattern);
        case 'dynamic_active_clusters':
          return clusters().map(([name]) => dumpedCluster(name));
        case 'dynamic_endpoint_configs':
          return clusters().map(([name, endpoints]) => dumpedEndpoints(name, endpoints));
        default:
          return [];
      }
    })();
    const mask = query.get('mask')?.split(',');
    const configs = mask ? found.map((config) => masked(config, mask)) : found;
    return isDeepStrictEqual(configs, []) ? {} : { configs };
  }

  /** A gateway has the hosts of its Gateways; a sidecar one configuration for each port of the mesh. */
  private routeConfigs(kind: ProxyKind, write: number, pattern: RegExp): object[] {
    const { released, mesh } = this;
    const http = this.arrivals.writes[write]?.http ?? [];
    if (kind === 'gateway') {
      return pattern.test('http.8080')
        ? [dumpedRoutes('http.8080', routedVirtualHosts(released, http, released.hosts), { write, at: whenUpdated })]
        : [];
    }
    const services = servicesOf(mesh);
    const ports = [...new Set([released.port, ...services.map(({ port }) => port)])].map(String);
    return ports
      .filter((port) => pattern.test(port))
      .map((port) => {
        const others = services.filter((service) => String(service.port) === port).map(serviceVirtualHost);
        // Envoy takes no notice of a configuration that it has already: only the one with the routes gets a new stamp.
        if (String(released.port) !== port) return dumpedRoutes(port, others, { write: 0, at: firstUpdated });
        const own = routedVirtualHosts(released, http, [...released.hosts, released.host]);
        return dumpedRoutes(port, [...others, ...own], { write, at: whenUpdated });
      });
  }
}

interface Stamp {
  readonly write: number;
  readonly at: string;
}

function dumpedRoutes(name: string, virtual_hosts: readonly object[], { write, at }: Stamp): object {
  return {
    '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig',
    version_info: `2026-01-01T00:00:00Z/${write}`,
    route_config: {
      '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
      name,
      virtual_hosts,
      validate_clusters: false,
      max_direct_response_body_size_bytes: 1048576,
      ignore_port_in_host_matching: true,
    },
    last_updated: at,
  };
}
