/**
 * The clusters of one proxy. A cluster is warming until its endpoints have arrived. Without a cluster Envoy does not ask for
 * endpoints; it asks when the cluster arrives.
 */
import { noEndpoints, type EndpointsSnapshot, type SubsetsSnapshot } from './configuration';
import { RequestsInFlight, type Request } from './requests';

export interface ProxyCluster {
  state: 'warming' | 'active';
  endpoints: EndpointsSnapshot;
  readonly active: RequestsInFlight;
  /** Requests that wait for a connection to a pod. Envoy does not count them as active. */
  readonly pending: RequestsInFlight;
  connectionsBegun: number;
  /** By pod. */
  readonly sent: Map<string, Tally>;
}

/** What a proxy has sent to a pod. */
export interface Tally {
  requests: number;
  errors: number;
}

export function tallyOf({ sent }: ProxyCluster, pod: string): Tally {
  const tally = sent.get(pod) ?? { requests: 0, errors: 0 };
  sent.set(pod, tally);
  return tally;
}

/** What a change of subsets means for the proxy. */
export interface ClusterChange {
  /** Subsets whose clusters are warming now. */
  readonly added: readonly string[];
  /** Requests whose cluster was removed. */
  readonly dropped: readonly Request[];
}

export class ProxyClusters {
  subsets: SubsetsSnapshot | undefined;
  /** Subsets whose clusters somebody else removed, until they are active again. */
  private readonly removedByOthers = new Set<string>();
  private readonly clusters = new Map<string, ProxyCluster>();

  constructor(private readonly emptyKeepsWarming: boolean) {}

  get(subset: string): ProxyCluster | undefined {
    return this.clusters.get(subset);
  }

  entries(): readonly (readonly [string, ProxyCluster])[] {
    return [...this.clusters];
  }

  isTakenByOthers(subset: string): boolean {
    const isForeign = this.subsets?.writer === 'foreign' || this.removedByOthers.has(subset);
    return isForeign || (this.get(subset)?.endpoints.isForeign ?? false);
  }

  /** Everything is there, and active. */
  settle(subsets: SubsetsSnapshot | undefined, endpointsOf: (subset: string) => EndpointsSnapshot): void {
    this.subsets = subsets;
    for (const subset of subsets?.selects.keys() ?? []) {
      this.clusters.set(subset, newCluster('active', endpointsOf(subset)));
    }
  }

  takeSubsets(subsets: SubsetsSnapshot, nowMs: number): ClusterChange {
    const isRepair = this.subsets?.writer === 'foreign';
    this.subsets = subsets;
    const removed = [...this.clusters].filter(([subset]) => !subsets.selects.has(subset));
    for (const [subset] of removed) {
      this.clusters.delete(subset);
      if (subsets.writer === 'foreign') this.removedByOthers.add(subset);
    }
    const added = [...subsets.selects.keys()].filter((subset) => !this.clusters.has(subset));
    for (const subset of added) {
      if (isRepair) this.removedByOthers.add(subset);
      this.clusters.set(subset, newCluster('warming', noEndpoints));
    }
    // Envoy may let these finish while it drains the connections. They count as lost, because nothing promises that it does.
    const dropped = removed.flatMap(([, { active, pending }]) => [...active.at(nowMs), ...pending.at(nowMs)]);
    return { added, dropped };
  }

  takeEndpoints(subset: string, endpoints: EndpointsSnapshot): void {
    const cluster = this.clusters.get(subset);
    if (!cluster) return;
    cluster.endpoints = endpoints;
    if (endpoints.pods.length === 0 && this.emptyKeepsWarming) return;
    cluster.state = 'active';
    this.removedByOthers.delete(subset);
  }
}

function newCluster(state: ProxyCluster['state'], endpoints: EndpointsSnapshot): ProxyCluster {
  const requests = { active: new RequestsInFlight(), pending: new RequestsInFlight(), sent: new Map<string, Tally>() };
  return { state, endpoints, ...requests, connectionsBegun: 0 };
}
