/** From what Envoy's admin port says of clusters to the subsets of one release. */
import * as z from 'zod';
import type { ProxyCluster } from '../observation';
import { addressIn, endpointsPath, healthyAddresses } from './envoy-endpoints';
import { healthyEndpoints, type Address, type LivePods } from './live-endpoints';
import { Narrowed } from './narrowed';
import { parsedOnce } from './parsed-once';

/** `outbound|PORT|SUBSET|HOST`, with port and subset as its groups. RE2 and JavaScript read it alike. */
export function subsetClusters(host: string, ports: readonly number[]): string {
  return `^outbound\\|(${ports.join('|')})\\|([^|]+)\\|${host.replaceAll('.', '\\.')}$`;
}

export interface ClusterPaths {
  readonly active: string;
  readonly warming: string;
  readonly endpoints: string;
  readonly hosts: string;
}

/** Asks only for the clusters of this service: a proxy knows every Service of the mesh. */
export function clusterPaths(host: string, ports: readonly number[]): ClusterPaths {
  const pattern = encodeURIComponent(subsetClusters(host, ports));
  const dump = (resource: string) => `/config_dump?resource=${resource}&mask=cluster.name&name_regex=${pattern}`;
  return {
    active: dump('dynamic_active_clusters'),
    warming: dump('dynamic_warming_clusters'),
    endpoints: endpointsPath(subsetClusters(host, ports)),
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
              address: z.unknown().optional(),
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

/** In Envoy's indented text. */
const clusterDepth = 2;

/** For the answer to `/clusters?format=json`, of which an Envoy before 1.38 tells all there are. */
export function clustersThatMention(word: string): Narrowed {
  return new Narrowed(clusterDepth, [word]);
}

/** From the answer to `/clusters?format=json`. */
export function clusterStatuses(answer: string): readonly ClusterStatus[] {
  return hosts.parse(JSON.parse(answer)).cluster_statuses;
}

const namesIn = parsedOnce((text) => dump.parse(JSON.parse(text)).configs.map(({ cluster }) => cluster.name));

export interface ClusterAnswers {
  readonly active: string;
  readonly warming: string;
  /** Whoever counts requests gets the health of each endpoint with them. */
  readonly endpoints?: string;
  readonly hosts?: string;
}

/**
 * By version, over all ports that routes use. Throws when an answer is not what Envoy is known to say: an unreadable proxy must not
 * look like an empty one.
 */
export function proxyClusters(
  host: string,
  ports: readonly number[],
  answers: ClusterAnswers,
  livePods: LivePods,
): Record<string, ProxyCluster> {
  const pattern = new RegExp(subsetClusters(host, ports));
  const versionOf = (name: string) => pattern.exec(name)?.[2];
  const ownIn = (text: string) => new Set(namesIn(text).filter((name) => versionOf(name) !== undefined));
  const warming = ownIn(answers.warming);
  const active = ownIn(answers.active);
  const at = endpointsIn(host, answers);
  const versions = [...new Set([...active, ...warming].map((name) => versionOf(name) ?? ''))];
  const namesOf = (version: string) => ports.map((port) => `outbound|${port}|${version}|${host}`);
  const addresses = versions.map((version) => [version, namesOf(version).map(at.healthy)] as const);
  const healthy = healthyEndpoints(Object.fromEntries(addresses), livePods);
  return Object.fromEntries(
    versions.map((version) => {
      const names = namesOf(version);
      // A cluster that is being changed is in both lists. It serves on with its older state: not what is waited for. As long as
      // one port has none, requests by that port have nowhere to go.
      const isActive = names.every((name) => active.has(name) && !warming.has(name));
      const state = isActive ? 'active' : 'warming';
      return [version, { state, healthyEndpoints: healthy[version] ?? 0, ...at.counts(names) }];
    }),
  );
}

interface AtEndpoints {
  readonly healthy: (cluster: string) => readonly Address[];
  /** The requests of all these clusters; none where they were not asked for. */
  readonly counts: (clusters: readonly string[]) => Omit<ProxyCluster, 'healthyEndpoints' | 'state'>;
}

function endpointsIn(host: string, answers: ClusterAnswers): AtEndpoints {
  if (answers.hosts === undefined) {
    const healthy = healthyAddresses(answers.endpoints ?? '');
    return { healthy: (name) => healthy.get(name) ?? [], counts: () => ({}) };
  }
  const statuses = clusterStatuses(answers.hosts);
  const hostsOf = (name: string) => statuses.filter((each) => each.name === name).flatMap((each) => each.host_statuses);
  return {
    healthy: (name) =>
      hostsOf(name)
        .filter(isHealthy)
        .map(({ address }) => addressIn(address)),
    counts: (names) => {
      const own = names.flatMap(hostsOf);
      const counts = { activeRequests: sumOf('rq_active', own), connectionsBegun: sumOf('cx_total', own) };
      return { ...counts, ...sentTo(own) };
    },
  };
}

/** By address and port. Nothing is decided by it: an Envoy that does not count it is read all the same. */
function sentTo(statuses: readonly HostStatus[]): Pick<ProxyCluster, 'sent'> {
  const counts = statuses.map((status) => {
    const [requests, errors] = [valueOf('rq_total', status), valueOf('rq_error', status)];
    return [JSON.stringify(status.address), { requests, errors }] as const;
  });
  const isCounted = counts.length > 0 && counts.every(([, sent]) => !Number.isNaN(sent.requests + sent.errors));
  return isCounted ? { sent: Object.fromEntries(counts) } : {};
}

/** Healthy to the endpoint discovery, and not ejected: Envoy adds a `failed_…` or `pending_…` flag for each other doubt. */
function isHealthy({ health_status: health }: HostStatus): boolean {
  const { eds_health_status: discovered, ...doubts } = health;
  return discovered === 'HEALTHY' && !Object.values(doubts).includes(true);
}

/** Throws for an endpoint without the number: what is not counted must not look like nothing. */
export function sumOf(stat: 'rq_active' | 'cx_total', statuses: readonly HostStatus[]): number {
  const sum = statuses.reduce((total, status) => total + valueOf(stat, status), 0);
  if (Number.isNaN(sum)) throw new Error(`expected ${stat} of each endpoint from /clusters, found one without`);
  return sum;
}

function valueOf(stat: string, { stats }: HostStatus): number {
  return stats.find(({ name }) => name === stat)?.value ?? NaN;
}
