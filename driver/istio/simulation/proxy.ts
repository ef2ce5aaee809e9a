/**
 * One Envoy, of a gateway or a sidecar. It takes the types of its configuration in any order, each after a delay of its own:
 * it may miss a state in between and never goes back to an older one. A cluster is warming until its endpoints have arrived;
 * routes do not wait for clusters.
 */
import type { ProxyKind } from '../../../model';
import type { ProbeAnswer, Proxy as ObservedProxy } from '../observation';
import { noEndpoints, type EndpointsSnapshot, type RouteSnapshot, type SubsetsSnapshot } from './configuration';
import type { Istiod, Subscriber } from './istiod';
import type { Random, Span } from './random';
import { RequestsInHand, type Request } from './requests';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';

export interface ProxyClusterState {
  state: 'warming' | 'active';
  endpoints: EndpointsSnapshot;
  readonly inHand: RequestsInHand;
  /** Requests that wait for a connection to a pod. */
  readonly waiting: RequestsInHand;
  connectionsBegun: number;
}

const nothingInHand = () => ({ inHand: new RequestsInHand(), waiting: new RequestsInHand(), connectionsBegun: 0 });

export interface ProxyEvents {
  /** Before and after: a request that was sent just before may outlive what it was sent by. */
  changes(proxy: Proxy): void;
  changed(proxy: Proxy): void;
  /** It takes requests from now on, or none any more. */
  cameOrWent(): void;
  /** The cluster went away under this request. */
  dropped(proxy: Proxy, request: Request): void;
}

export class Proxy implements Subscriber {
  state: 'starting' | 'serving' | 'gone' = 'starting';
  route: RouteSnapshot | undefined;
  subsets: SubsetsSnapshot | undefined;
  readonly clusters = new Map<string, ProxyClusterState>();
  /** Subsets whose clusters somebody else took away, until they are active again. */
  readonly takenByOthers = new Set<string>();
  private frozenUntilMs = 0;
  private unreadableUntilMs = 0;
  private readonly random: Random;

  constructor(
    readonly name: string,
    readonly kind: ProxyKind,
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly istiod: Istiod,
    private readonly hosts: () => readonly string[],
    private readonly events: ProxyEvents,
  ) {
    this.random = simulation.random.fork(name);
  }

  /** A new proxy reports ready only when it has everything that istiod has to tell. */
  serve(): void {
    if (this.state !== 'starting') return;
    if (this.simulation.nowMs < this.frozenUntilMs) return this.later({ minMs: 0, maxMs: 50 }, () => this.serve());
    this.state = 'serving';
    this.events.cameOrWent();
    this.settle();
    this.istiod.subscribers.add(this);
    this.simulation.note(`${this.name} serves`);
    this.events.changed(this);
  }

  /** Holds all that istiod has to tell now. */
  settle(): void {
    const { pushed } = this.istiod;
    this.route = pushed.route;
    this.subsets = pushed.subsets;
    for (const subset of pushed.subsets?.selects.keys() ?? []) {
      this.clusters.set(subset, {
        state: 'active',
        endpoints: this.istiod.endpointsOf(subset),
        ...nothingInHand(),
      });
    }
  }

  leave(): void {
    this.state = 'gone';
    this.events.cameOrWent();
    this.istiod.subscribers.delete(this);
    this.simulation.note(`${this.name} is gone`);
  }

  freeze(forMs: number): void {
    this.frozenUntilMs = Math.max(this.frozenUntilMs, this.simulation.nowMs + forMs);
  }

  hide(forMs: number): void {
    this.unreadableUntilMs = Math.max(this.unreadableUntilMs, this.simulation.nowMs + forMs);
  }

  receiveRoute(route: RouteSnapshot): void {
    this.later(this.scenario.delays.rds, () => {
      if (route.serial <= (this.route?.serial ?? 0)) return;
      this.change(`routes by ${route.marker || 'an unnamed route'}`, () => (this.route = route));
    });
  }

  receiveSubsets(subsets: SubsetsSnapshot): void {
    this.later(this.scenario.delays.cds, () => {
      if (subsets.serial <= (this.subsets?.serial ?? 0)) return;
      this.change(`has the clusters ${[...subsets.selects.keys()].join(', ')}`, () => this.takeClusters(subsets));
    });
  }

  receiveEndpoints(subset: string, endpoints: EndpointsSnapshot): void {
    this.later(this.scenario.delays.eds, () => {
      const cluster = this.clusters.get(subset);
      // Without a cluster Envoy has not asked for endpoints; it asks when the cluster arrives.
      if (!cluster || endpoints.serial <= cluster.endpoints.serial) return;
      this.change(`knows ${endpoints.pods.length} endpoints of ${subset}`, () =>
        this.takeEndpoints(subset, cluster, endpoints),
      );
    });
  }

  /** By what it does with requests of the driver. */
  probe(): ObservedProxy {
    const { name, kind, route } = this;
    if (kind === 'sidecar') return { name, kind, unreadable: 'no probe passes through a sidecar' };
    const probes = route?.probes ?? [];
    const markers: Record<string, string> = {};
    const answers: Record<string, ProbeAnswer> = {};
    for (const host of this.hosts()) markers[host] = probes.length > 0 ? (route?.marker ?? '') : '';
    for (const version of probes) answers[version] = this.answerOf(version);
    return this.mute ?? { name, kind, markers, answers };
  }

  /** A cluster that is warming is none to Envoy's router. */
  private answerOf(version: string): ProbeAnswer {
    const cluster = this.clusters.get(version);
    if (cluster?.state !== 'active') return 'no cluster';
    const pod = this.random.pick(cluster.endpoints.pods);
    return pod?.accepts ? 'answered' : 'failed';
  }

  /** Nobody can ask it now. */
  private get mute(): ObservedProxy | undefined {
    const { name, kind } = this;
    if (this.simulation.nowMs < this.unreadableUntilMs) return { name, kind, unreadable: 'connection refused' };
    return this.state === 'starting' ? { name, kind, unreadable: 'the proxy is not started yet' } : undefined;
  }

  /** By its own configuration. */
  observe(): ObservedProxy {
    const { name, kind, route, mute } = this;
    if (mute) return mute;
    const { nowMs } = this.simulation;
    // As Envoy counts: a request that waits for a connection is not active yet.
    const clusters = [...this.clusters].map(([subset, { state, endpoints, inHand, connectionsBegun }]) => [
      subset,
      { state, healthyEndpoints: endpoints.pods.length, activeRequests: inHand.at(nowMs).length, connectionsBegun },
    ]);
    return {
      name,
      kind,
      clusters: Object.fromEntries(clusters) as Record<string, never>,
      routes: route ? this.hosts().map((host) => ({ host, marker: route.marker, split: route.split })) : [],
      namedVersions: route?.named ?? [],
    };
  }

  private change(what: string, apply: () => void): void {
    this.events.changes(this);
    apply();
    this.simulation.note(`${this.name} ${what}`);
    this.events.changed(this);
  }

  /** A frozen proxy learns nothing until its stream is back, however long that takes. */
  private later(delay: Span, run: () => void): void {
    this.simulation.afterSpan(delay, this.random, () => {
      if (this.state === 'gone') return;
      const thawsInMs = this.frozenUntilMs - this.simulation.nowMs;
      if (thawsInMs > 0) return this.later({ minMs: thawsInMs, maxMs: thawsInMs + delay.maxMs }, run);
      run();
    });
  }

  private takeClusters(subsets: SubsetsSnapshot): void {
    const repairsOthers = this.subsets?.writer === 'foreign';
    this.subsets = subsets;
    for (const [subset, cluster] of this.clusters) {
      if (subsets.selects.has(subset)) continue;
      this.clusters.delete(subset);
      if (subsets.writer === 'foreign') this.takenByOthers.add(subset);
      // Envoy may let these finish while it drains the connections; counted as lost, as nothing promises that it does.
      const { nowMs } = this.simulation;
      const under = [...cluster.inHand.at(nowMs), ...cluster.waiting.at(nowMs)];
      for (const request of under) this.events.dropped(this, request);
    }
    for (const subset of subsets.selects.keys()) {
      if (this.clusters.has(subset)) continue;
      if (repairsOthers) this.takenByOthers.add(subset);
      this.clusters.set(subset, { state: 'warming', endpoints: noEndpoints, ...nothingInHand() });
      this.receiveEndpoints(subset, this.istiod.endpointsOf(subset));
    }
  }

  private takeEndpoints(subset: string, cluster: ProxyClusterState, endpoints: EndpointsSnapshot): void {
    cluster.endpoints = endpoints;
    if (endpoints.pods.length === 0 && this.scenario.emptyKeepsWarming) return;
    cluster.state = 'active';
    this.takenByOthers.delete(subset);
  }
}
