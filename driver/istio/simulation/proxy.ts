/**
 * One Envoy, of a gateway or a sidecar. Each type of its configuration takes effect after a delay of its own, so they come in
 * any order, and so do the routes of two listeners. It may miss a state in between, and never goes back to an older one. Routes do not wait for clusters.
 */
import type { ProxyKind, Release } from '../../../model';
import type { ProbeAnswer, Proxy as ObservedProxy, Sent } from '../observation';
import {
  hashIn,
  wholeService,
  type EndpointsSnapshot,
  type RouteSnapshot,
  type SubsetsSnapshot,
} from './configuration';
import type { Istiod, Subscriber } from './istiod';
import { ProxyClusters } from './proxy-clusters';
import type { Pod } from './pod';
import type { Random, Span } from './random';
import { RequestsInFlight, type Request } from './requests';
import type { Scenario } from './scenario';
import { servedAt, type Served } from './served';
import type { Simulation } from './simulation';

export interface ProxyEvents {
  /** Before a change: a request that is sent now may outlive the route that sent it. */
  changes(proxy: Proxy): void;
  /** After a change. */
  changed(proxy: Proxy): void;
  /** It begins or ends to take requests. */
  cameOrWent(): void;
  /** The cluster was removed while this request was on it. */
  dropped(proxy: Proxy, request: Request): void;
}

export class Proxy implements Subscriber {
  state: 'starting' | 'serving' | 'gone' = 'starting';
  /** One for each listener that has a route configuration. */
  served: readonly Served[] = [];
  readonly clusters: ProxyClusters;
  /** Requests in a filter before the router: no answer of the proxy tells of them. */
  readonly held = new RequestsInFlight();
  /** Of clusters that it has, the endpoints that istiod has told last. */
  private readonly told = new Map<string, EndpointsSnapshot>();
  private frozenUntilMs = 0;
  private unreadableUntilMs = 0;
  private readonly random: Random;

  constructor(
    readonly name: string,
    readonly kind: ProxyKind,
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly istiod: Istiod,
    private readonly release: Release,
    private readonly events: ProxyEvents,
  ) {
    this.random = simulation.random.fork(name);
    this.clusters = new ProxyClusters(scenario.emptyKeepsWarming);
  }

  /** A new proxy is ready only when it holds all that istiod has to tell. */
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
    const { route } = pushed;
    this.served = route ? this.ports.map((port) => this.servedBy(route, port)) : [];
    this.clusters.settle(pushed.subsets, (subset) => this.istiod.endpointsOf(subset));
  }

  leave(): void {
    this.state = 'gone';
    if (this.release.inFlight === 'proxies') this.endStreams();
    this.events.cameOrWent();
    this.istiod.subscribers.delete(this);
    this.simulation.note(`${this.name} is gone`);
  }

  /** They end with it. Where pods are asked they may outlive it, which is harder. Where nobody asks pods, nobody could count them. */
  private endStreams(): void {
    const { nowMs } = this.simulation;
    const all = this.clusters.entries().flatMap(([, { active }]) => active.at(nowMs));
    for (const request of all) if (request.endMs === Infinity) request.endMs = nowMs;
  }

  /** It learns nothing for a while, and still serves. */
  freeze(forMs: number): void {
    this.frozenUntilMs = Math.max(this.frozenUntilMs, this.simulation.nowMs + forMs);
  }

  /** Nobody can ask it for a while; it still serves. */
  hide(forMs: number): void {
    this.unreadableUntilMs = Math.max(this.unreadableUntilMs, this.simulation.nowMs + forMs);
  }

  receiveRoute(route: RouteSnapshot): void {
    const toldBefore = new Map(this.told);
    this.ports.forEach((port, index) =>
      this.later(this.scenario.delays.rds, () => {
        if (route.serial <= (this.served[index]?.snapshot.serial ?? 0)) return;
        for (const [subset, endpoints] of toldBefore) this.takeEndpoints(subset, endpoints);
        const where = index === 0 ? '' : ` on port ${port}`;
        const take = () => (this.served = this.ports.map((_, at) => this.servedAfter(route, index, at)));
        this.change(`routes by ${route.marker || 'an unnamed route'}${where}`, take);
      }),
    );
  }

  /** All of a gateway have something from the beginning; before that they have what came first. */
  private servedAfter(route: RouteSnapshot, changed: number, at: number): Served {
    const before = at === changed ? undefined : this.served[at];
    return before ?? this.servedBy(route, this.ports[at] ?? 0);
  }

  private servedBy(route: RouteSnapshot, port: number): Served {
    const { kind, name, release } = this;
    const isOdd = /[13579]$/.test(name);
    const gateway = kind === 'sidecar' ? 'mesh' : isOdd ? 'own' : 'edge';
    return servedAt(route, { kind, gateway, port, labels: isOdd ? { app: 'checkout' } : {} }, release);
  }

  private get ports(): readonly number[] {
    return this.kind === 'gateway' ? this.scenario.ports : [80];
  }

  receiveSubsets(subsets: SubsetsSnapshot): void {
    this.later(this.scenario.delays.cds, () => {
      if (subsets.serial <= (this.clusters.subsets?.serial ?? 0)) return;
      this.change(`has the clusters ${[...subsets.selects.keys()].join(', ')}`, () => this.takeSubsets(subsets));
    });
  }

  /**
   * Where pods roll, a route comes after all endpoints that istiod has told before it: it sends them in this order, by one connection.
   * That a subset chooses other pods is known by nothing else (docs/decisions/0023-rollouts-wait.md). Other worlds are less kind.
   */
  receiveEndpoints(subset: string, endpoints: EndpointsSnapshot): void {
    if (this.scenario.adoption?.rolls && this.clusters.get(subset)) this.told.set(subset, endpoints);
    this.later(this.scenario.delays.eds, () => this.takeEndpoints(subset, endpoints));
  }

  private takeEndpoints(subset: string, endpoints: EndpointsSnapshot): void {
    const cluster = this.clusters.get(subset);
    if (!cluster || endpoints.serial <= cluster.endpoints.serial) return;
    const what = `knows ${endpoints.pods.length} endpoints of ${subset}${describeSelector(endpoints)}`;
    this.change(what, () => this.clusters.takeEndpoints(subset, endpoints));
  }

  /** What requests of the driver find out about it. */
  probe(): ObservedProxy {
    const { name, kind } = this;
    // A probe comes by one port, as on a real cluster.
    const [first] = this.served;
    const route = first?.snapshot;
    if (kind === 'sidecar') return { name, kind, unreadable: 'no probe passes through a sidecar' };
    const probes = route?.probes ?? [];
    const markers: Record<string, string> = {};
    const answers: Record<string, ProbeAnswer> = {};
    for (const host of this.release.hosts) markers[host] = probes.length > 0 ? (route?.marker ?? '') : '';
    for (const version of probes) answers[version] = this.answerOf(version);
    return this.silence ?? { name, kind, markers, answers, ...shadowOf(route) };
  }

  /** For Envoy's router a cluster that is warming does not exist. */
  private answerOf(version: string): ProbeAnswer {
    const cluster = this.clusters.get(version);
    if (cluster?.state !== 'active') return 'no cluster';
    const pod = this.random.pick(cluster.endpoints.pods);
    return pod?.accepts ? 'answered' : 'failed';
  }

  /** Why nobody can ask it now. */
  private get silence(): ObservedProxy | undefined {
    const { name, kind } = this;
    if (this.simulation.nowMs < this.unreadableUntilMs) return { name, kind, unreadable: 'connection refused' };
    return this.state === 'starting' ? { name, kind, unreadable: 'the proxy is not started yet' } : undefined;
  }

  /** What its own configuration says, and its requests in flight when they are asked for. */
  observe(counts: boolean): ObservedProxy {
    const { name, kind, served, silence } = this;
    if (silence) return silence;
    const { nowMs } = this.simulation;
    // A driver knows addresses of ready pods; where it finds none of them, it cannot tell.
    const isLive = ({ version, state }: Pod, subset: string) => version === subset && state === 'ready';
    const ofSubsets = this.clusters.entries().filter(([subset]) => subset !== wholeService);
    const areOfPods = ofSubsets.some(([subset, { endpoints }]) => endpoints.pods.some((pod) => isLive(pod, subset)));
    const clusters = ofSubsets.map(([subset, { state, endpoints, active, connectionsBegun, sent }]) => [
      subset,
      {
        state,
        healthyEndpoints: endpoints.pods.filter((pod) => !areOfPods || isLive(pod, subset)).length,
        ...(counts && { activeRequests: active.at(nowMs).length, connectionsBegun, sent: copyOf(sent) }),
      },
    ]);
    return {
      name,
      kind,
      clusters: Object.fromEntries(clusters) as Record<string, never>,
      routes: served.flatMap(({ routes }) => routes),
      namedVersions: [...new Set(served.flatMap(({ namedVersions }) => namedVersions))],
    };
  }

  private change(what: string, apply: () => void): void {
    this.events.changes(this);
    apply();
    this.simulation.note(`${this.name} ${what}`);
    this.events.changed(this);
  }

  /** A frozen proxy learns nothing until its stream to istiod is back. */
  private later(delay: Span, run: () => void): void {
    this.simulation.afterSpan(delay, this.random, () => {
      if (this.state === 'gone') return;
      const thawsInMs = this.frozenUntilMs - this.simulation.nowMs;
      if (thawsInMs > 0) return this.later({ minMs: thawsInMs, maxMs: thawsInMs + delay.maxMs }, run);
      run();
    });
  }

  private takeSubsets(subsets: SubsetsSnapshot): void {
    const { added, dropped } = this.clusters.takeSubsets(subsets, this.simulation.nowMs);
    for (const request of dropped) this.events.dropped(this, request);
    for (const subset of added) {
      this.told.delete(subset);
      const endpoints = this.istiod.endpointsOf(subset);
      this.later(this.scenario.delays.eds, () => this.takeEndpoints(subset, endpoints));
    }
  }
}

function describeSelector({ selector = '' }: EndpointsSnapshot): string {
  const hash = hashIn(selector);
  return hash === undefined ? '' : ` by the template ${hash}`;
}

function copyOf(sent: ReadonlyMap<string, Sent>): Record<string, Sent> {
  return Object.fromEntries([...sent].map(([pod, { requests, errors }]) => [pod, { requests, errors }]));
}

function shadowOf(route: RouteSnapshot | undefined) {
  return route?.shadowedBy === undefined ? {} : { shadowedBy: route.shadowedBy };
}
