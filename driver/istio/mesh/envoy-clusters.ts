/** From what Envoy's admin port says of clusters to the subsets of one release. */
import { z } from 'zod';
import type { ProxyCluster } from '../observation';

/** `outbound|PORT|SUBSET|HOST`, with the subset as the only group. RE2 and JavaScript read it alike. */
export function subsetClusters(host: string, port: number): string {
  return `^outbound\\|${port}\\|([^|]+)\\|${host.replaceAll('.', '\\.')}$`;
}

export interface ClusterPaths {
  readonly active: string;
  readonly warming: string;
  readonly hosts: string;
}

/** Asks only for the clusters of this service: a proxy knows every Service of the mesh. */
export function clusterPaths(host: string, port: number): ClusterPaths {
  const pattern = encodeURIComponent(subsetClusters(host, port));
  const dump = (resource: string) => `/config_dump?resource=${resource}&mask=cluster.name&name_regex=${pattern}`;
  return {
    active: dump('dynamic_active_clusters'),
    warming: dump('dynamic_warming_clusters'),
    hosts: `/clusters?format=json&filter=${pattern}`,
  };
}

const dump = z.object({
  configs: z.array(z.object({ cluster: z.object({ name: z.string() }) })).default([]),
});

const hosts = z.object({
  cluster_statuses: z
    .array(
      z.object({
        name: z.string(),
        host_statuses: z
          .array(
            z.object({
              // Numbers of 64 bits are strings in protobuf's JSON; zero is left out.
              stats: z.array(z.object({ name: z.string(), value: z.coerce.number().default(0) })).default([]),
              health_status: z.looseObject({ eds_health_status: z.string().optional() }).default({}),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

type ClusterStatus = z.output<typeof hosts>['cluster_statuses'][number];
type HostStatus = ClusterStatus['host_statuses'][number];

/** From the answer to `/clusters?format=json`. */
export function clusterStatuses(answer: string): readonly ClusterStatus[] {
  return hosts.parse(JSON.parse(answer)).cluster_statuses;
}

export interface ClusterAnswers {
  readonly active: string;
  readonly warming: string;
  readonly hosts: string;
}

/** By version. Throws when an answer is not what Envoy is known to say: an unreadable proxy must not look like an empty one. */
export function proxyClusters(host: string, port: number, answers: ClusterAnswers): Record<string, ProxyCluster> {
  const pattern = new RegExp(subsetClusters(host, port));
  const versionOf = (name: string) => pattern.exec(name)?.[1];
  const versionsIn = (text: string) =>
    dump.parse(JSON.parse(text)).configs.flatMap(({ cluster }) => versionOf(cluster.name) ?? []);

  const warming = versionsIn(answers.warming);
  // A cluster that is being changed is in both lists. It serves on with its older state: not what is waited for.
  const states = new Map<string, ProxyCluster['state']>([
    ...versionsIn(answers.active).map((version) => [version, 'active'] as const),
    ...warming.map((version) => [version, 'warming'] as const),
  ]);
  const statuses = clusterStatuses(answers.hosts);
  return Object.fromEntries(
    [...states].map(([version, state]) => {
      const own = statuses.filter(({ name }) => versionOf(name) === version).flatMap((status) => status.host_statuses);
      const healthyEndpoints = own.filter(isHealthy).length;
      const counts = { activeRequests: sumOf('rq_active', own), connectionsBegun: sumOf('cx_total', own) };
      return [version, { state, healthyEndpoints, ...counts }];
    }),
  );
}

/** Healthy to the endpoint discovery, and not ejected: Envoy adds a `failed_…` or `pending_…` flag for each other doubt. */
function isHealthy({ health_status: health }: HostStatus): boolean {
  const { eds_health_status: discovered, ...doubts } = health;
  return discovered === 'HEALTHY' && !Object.values(doubts).includes(true);
}

/** Throws for an endpoint without the number: what is not counted must not look like nothing. */
export function sumOf(stat: 'rq_active' | 'cx_total', statuses: readonly HostStatus[]): number {
  const values = statuses.map(({ stats }) => stats.find(({ name }) => name === stat)?.value ?? NaN);
  const sum = values.reduce((total, value) => total + value, 0);
  if (Number.isNaN(sum)) throw new Error(`expected ${stat} of each endpoint from /clusters, found one without`);
  return sum;
}
