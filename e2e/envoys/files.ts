/** Configuration by files instead of istiod, for one Envoy alone: clusters, endpoints and routes as Istio names them. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const typed = (message: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.${message}`, ...fields });

export const shop = { name: 'shop', namespace: 'kadapter', host: 'shop.kadapter.svc.cluster.local', port: 8080 };
const clusterName = (port: number, subset: string, host: string) => `outbound|${port}|${subset}|${host}`;

/** By cluster, the health of each endpoint as discovery tells it; undefined: it tells nothing. */
const clusters: Readonly<Record<string, readonly (string | undefined)[]>> = {
  [clusterName(8080, 'v1', shop.host)]: ['HEALTHY', 'HEALTHY', 'HEALTHY'],
  [clusterName(8080, 'v2', shop.host)]: ['HEALTHY', 'UNHEALTHY', 'DRAINING', 'DEGRADED', undefined],
  [clusterName(8080, '', shop.host)]: ['HEALTHY'],
  ...Object.fromEntries(
    Array.from({ length: 4 }, (_, index) => [
      clusterName(80, '', `other-${index}.kadapter.svc.cluster.local`),
      ['HEALTHY'],
    ]),
  ),
};

export class EnvoyFiles {
  readonly bootstrap: string;

  constructor(
    private readonly folder: string,
    adminPort: number,
  ) {
    mkdirSync(folder, { recursive: true });
    const names = Object.keys(clusters);
    names.forEach((name, index) => this.write(`eds-${index}`, 'e1', [endpoints(name)]));
    this.write(
      'cds',
      'c1',
      names.map((name, index) => this.cluster(name, `eds-${index}`)),
    );
    this.writeRoute('r1', { v1: 90, v2: 10 }, 'shop@first.1');
    this.write('rds-9090', 'r1', [routes('http.9090', 'other.example.com', [])]);
    this.write('lds', 'l1', [
      this.listener(adminPort + 1, 'http.8080', 'rds-8080'),
      this.listener(adminPort + 2, 'http.9090', 'rds-9090'),
    ]);
    this.bootstrap = this.put('bootstrap', {
      node: { id: 'router~10.0.0.1~gateway.edge~edge.svc.cluster.local', cluster: 'gateway' },
      admin: { address: address('127.0.0.1', adminPort) },
      dynamic_resources: { cds_config: this.source('cds'), lds_config: this.source('lds') },
    });
  }

  writeRoute(version: string, split: Readonly<Record<string, number>>, marker: string): void {
    this.write('rds-8080', version, [routes('http.8080', 'shop.example.com', [route(split, marker)])]);
  }

  private write(name: string, version_info: string, resources: readonly object[]): void {
    this.put(name, { version_info, resources });
  }

  /** Envoy takes notice of a file that is moved into its place. */
  private put(name: string, content: object): string {
    const file = this.file(name);
    writeFileSync(`${file}.new`, JSON.stringify(content));
    renameSync(`${file}.new`, file);
    return file;
  }

  private file(name: string): string {
    return join(this.folder, `${name}.json`);
  }

  private source(name: string): object {
    return { path_config_source: { path: this.file(name) }, resource_api_version: 'V3' };
  }

  private cluster(name: string, endpointsFile: string): object {
    const eds_cluster_config = { eds_config: this.source(endpointsFile), service_name: name };
    return typed('config.cluster.v3.Cluster', { name, type: 'EDS', connect_timeout: '1s', eds_cluster_config });
  }

  private listener(port: number, route_config_name: string, routesFile: string): object {
    const router = typed('extensions.filters.http.router.v3.Router', {});
    const manager = typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: 'http',
      rds: { route_config_name, config_source: this.source(routesFile) },
      http_filters: [{ name: 'envoy.filters.http.router', typed_config: router }],
    });
    const filters = [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }];
    return typed('config.listener.v3.Listener', {
      name: `127.0.0.1_${port}`,
      address: address('127.0.0.1', port),
      filter_chains: [{ filters }],
    });
  }
}

function address(host: string, port_value: number): object {
  return { socket_address: { address: host, port_value } };
}

function endpoints(cluster_name: string): object {
  const lb_endpoints = (clusters[cluster_name] ?? []).map((health_status, index) => ({
    endpoint: { address: address(`127.0.0.${index + 1}`, 9) },
    load_balancing_weight: 1,
    health_status,
  }));
  return typed('config.endpoint.v3.ClusterLoadAssignment', {
    cluster_name,
    endpoints: [{ locality: {}, lb_endpoints }],
  });
}

function routes(name: string, domain: string, own: readonly object[]): object {
  const virtual_hosts = [
    { name: 'unrelated:80', domains: ['unrelated.example.com'], routes: [toOther('other-0')] },
    { name: `${domain}:80`, domains: [domain], routes: own.length > 0 ? own : [toOther('other-1')] },
  ];
  return typed('config.route.v3.RouteConfiguration', { name, virtual_hosts, validate_clusters: false });
}

function toOther(service: string): object {
  return {
    name: 'default',
    match: { prefix: '/' },
    route: { cluster: clusterName(80, '', `${service}.kadapter.svc.cluster.local`) },
  };
}

function route(split: Readonly<Record<string, number>>, marker: string): object {
  const weighted = Object.entries(split).map(([subset, weight]) => ({
    name: clusterName(8080, subset, shop.host),
    weight,
  }));
  return {
    name: marker,
    match: { prefix: '/' },
    route: { weighted_clusters: { clusters: weighted }, timeout: '0s' },
    metadata: {
      filter_metadata: {
        istio: { config: '/apis/networking.istio.io/v1/namespaces/kadapter/virtual-service/shop' },
      },
    },
  };
}
