/**
 * What the gateways really hold, read from Envoy's own state. It is written apart from the driver's gate, and simpler, so
 * that a mistake there is not repeated here.
 */
import type { Split } from '../../model';
import { gatewayNamespace, gatewaySelector } from './gateway';
import { Kubectl } from './kubectl';
import { waitUntil } from './wait-until';

const kubectl = new Kubectl(gatewayNamespace);

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly phase: string };
}

export async function gatewayPods(): Promise<string[]> {
  const { items } = await kubectl.get<{ items: Pod[] }>('pods', '--selector', gatewaySelector);
  return items
    .filter(({ metadata, status }) => status.phase === 'Running' && !metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.name);
}

async function adminGet<T>(pod: string, path: string): Promise<T> {
  const answer = await kubectl.run(
    'exec',
    pod,
    '--container',
    'istio-proxy',
    '--',
    'pilot-agent',
    'request',
    'GET',
    path,
  );
  return JSON.parse(answer) as T;
}

/** Connections of clients to a gateway, on the port at which it serves HTTP. */
export async function connectionsAt(pod: string): Promise<number> {
  const filter = 'stats?format=json&filter=listener.*_8080[.]downstream_cx_active';
  const { stats } = await adminGet<{ stats: readonly { readonly value?: number }[] }>(pod, filter);
  return stats.reduce((sum, { value = 0 }) => sum + value, 0);
}

interface WeightedCluster {
  readonly name: string;
  readonly weight: number;
}
interface Route {
  readonly match: { readonly headers?: readonly unknown[] };
  readonly route?: { readonly cluster?: string; readonly weighted_clusters?: { readonly clusters: WeightedCluster[] } };
}
interface RouteDump {
  readonly configs?: readonly {
    readonly route_config: {
      readonly virtual_hosts?: readonly { readonly domains: readonly string[]; readonly routes: readonly Route[] }[];
    };
  }[];
}

/** The split of the route without conditions for a host: by subset, as `outbound|80|SUBSET|HOST` names it. */
export function splitOfHost(dump: RouteDump, host: string): Record<string, number> | null {
  const virtualHosts = (dump.configs ?? []).flatMap(({ route_config }) => route_config.virtual_hosts ?? []);
  const routes = virtualHosts.find(({ domains }) => domains.includes(host))?.routes ?? [];
  const route = routes.find(({ match }) => !match.headers)?.route;
  if (!route) return null;
  const clusters = route.weighted_clusters?.clusters ?? [{ name: route.cluster ?? '', weight: 100 }];
  return Object.fromEntries(clusters.map(({ name, weight }) => [name.split('|')[2] ?? name, weight]));
}

async function eachGateway(what: string, look: (pod: string) => Promise<true | string>, limitSeconds: number) {
  await waitUntil(
    what,
    async () => {
      const pods = await gatewayPods();
      if (pods.length === 0) return 'no gateway pod is running';
      const looks = await Promise.all(pods.map(async (pod) => ({ pod, seen: await look(pod) })));
      const behind = looks.filter(({ seen }) => seen !== true);
      return behind.length === 0 || behind.map(({ pod, seen }) => `${pod}: ${seen}`).join('; ');
    },
    { limitSeconds },
  );
}

export async function gatewaysSplit(host: string, split: Split, limitSeconds = 60): Promise<void> {
  const wanted = canonical(split);
  await eachGateway(
    `every gateway splits ${host} as ${wanted}`,
    async (pod) => {
      const dump = await adminGet<RouteDump>(pod, 'config_dump?resource=dynamic_route_configs');
      const found = canonical(splitOfHost(dump, host) ?? {});
      return found === wanted || found || 'no route';
    },
    limitSeconds,
  );
}

interface ClusterStatus {
  readonly cluster_statuses?: readonly {
    readonly name: string;
    readonly host_statuses?: readonly { readonly health_status: { readonly eds_health_status?: string } }[];
  }[];
}

/** `endpoints` of null: the subset is not there at all. */
export async function gatewaysHaveSubset(
  serviceHost: string,
  subset: string,
  endpoints: number | null,
  limitSeconds = 60,
): Promise<void> {
  const wanted = endpoints === null ? 'no such subset' : `${endpoints} healthy endpoints`;
  await eachGateway(
    `every gateway has for subset ${subset} of ${serviceHost}: ${wanted}`,
    async (pod) => {
      const { cluster_statuses = [] } = await adminGet<ClusterStatus>(pod, 'clusters?format=json');
      const cluster = cluster_statuses.find(({ name }) => name.endsWith(`|${subset}|${serviceHost}`));
      const hosts = cluster?.host_statuses ?? [];
      const healthy = hosts.filter(({ health_status }) => health_status.eds_health_status === 'HEALTHY').length;
      const found = cluster ? `${healthy} healthy endpoints` : 'no such subset';
      return found === wanted || found;
    },
    limitSeconds,
  );
}

export async function gatewaysHaveFilter(filter: string, limitSeconds = 60): Promise<void> {
  await eachGateway(
    `every gateway has the filter ${filter}`,
    async (pod) => {
      const dump = await adminGet<object>(pod, 'config_dump?resource=dynamic_listeners');
      return JSON.stringify(dump).includes(`"name":"${filter}"`) || 'it has not';
    },
    limitSeconds,
  );
}

function canonical(split: Readonly<Record<string, number>>): string {
  return Object.entries(split)
    .filter(([, weight]) => weight > 0)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([version, weight]) => `${version} ${weight}`)
    .join(', ');
}
