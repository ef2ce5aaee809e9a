/**
 * A cluster in virtual time: API objects, pods, istiod, proxies and requests, all moved by one queue of events. The same
 * release, scenario and seed give the same run, to the millisecond.
 */
import { formatSplit, findVersion, hostsAt, versionedName, type ProxyKind, type Release } from '../../../model';
import type { Action } from '../action';
import { describeAction } from '../words/actions';
import type { Cluster } from '../cluster';
import type { Clock } from '../../core/clock';
import type { Outcome } from '../../core/outcome';
import type { Observation } from '../observation';
import { Accidents } from './accidents';
import { ApiServer } from './api-server';
import { Autoscaler } from './autoscaler';
import { Connection } from './driver-client';
import { judge, type Violation } from './invariants';
import { Istiod } from './istiod';
import type { Pod } from './pod';
import { Observer } from './observer';
import { Proxy } from './proxy';
import { Random } from './random';
import type { Scenario } from './scenario';
import { Simulation, type TimelineEntry } from './simulation';
import { Traffic, type Loss } from './traffic';
import { Workloads, type ContentHash } from './workloads';

export interface Result {
  readonly requests: number;
  readonly lost: readonly Loss[];
  readonly violations: readonly Violation[];
  readonly timeline: readonly TimelineEntry[];
}

/** Stands for the hash of the pod template that synth writes. */
export const plainContentHash: ContentHash = (release, version) => {
  const { image, env } = findVersion(release, version);
  return `${versionedName(release.name, version)}/${image}/${JSON.stringify(env)}`;
};

export class World {
  readonly simulation: Simulation;
  readonly workloads: Workloads;
  readonly istiod: Istiod;
  readonly api: ApiServer;
  readonly observer: Observer;
  private readonly autoscaler: Autoscaler;
  private readonly traffic: Traffic;
  private readonly accidents: Accidents;
  private readonly proxies: Proxy[] = [];
  private serving: readonly Proxy[] | undefined;
  private readonly violations: Violation[] = [];
  private readonly podsHiddenUntilMs = new Map<string, number>();
  private readonly lastEndMs = new Map<string, number>();
  private apiAwayUntilMs = 0;
  private writes = 0;
  private connections = 0;

  /** As after the installation of the synthesized manifests, with every proxy up to date. */
  static installed(release: Release, scenario: Scenario, seed: number, contentHash = plainContentHash): World {
    const world = new World(release, scenario, seed, contentHash);
    world.install();
    return world;
  }

  /** A cluster with gateways and nothing of this service in it. */
  constructor(
    private readonly release: Release,
    readonly scenario: Scenario,
    seed: number,
    contentHash: ContentHash = plainContentHash,
  ) {
    this.simulation = new Simulation(new Random(seed));
    const { simulation } = this;
    this.traffic = new Traffic(
      simulation,
      scenario,
      () => this.servingProxies(),
      release.timings.longestRequestSeconds * 1000,
    );
    this.workloads = new Workloads(simulation, scenario, contentHash, {
      changed: (pod) => this.podChanged(pod),
      cut: (_pod, request, blame) => this.traffic.cut(request, 'UC', blame),
    });
    this.istiod = new Istiod(simulation, scenario, this.workloads);
    this.api = new ApiServer(() => simulation.nowMs, this.istiod, release.mesh);
    this.autoscaler = new Autoscaler(simulation, scenario, this.workloads, () => this.servingProxies());
    this.observer = new Observer(this);
    this.accidents = new Accidents(this);
    for (const name of scenario.proxies) this.newProxy(name, 'gateway').serve();
    if (release.mesh) for (const name of scenario.sidecars) this.newProxy(name, 'sidecar').serve();
    this.traffic.begin();
    this.accidents.afterWrite(0);
  }

  /** A driver process of its own; the n-th one dies where the scenario says. */
  connect(): Cluster & Clock {
    const kill = this.scenario.kills[this.connections];
    return new Connection(this, `driver-${++this.connections}`, kill);
  }

  /** Time passes without a driver: what it left behind goes on to have its consequences. */
  runOn(ms: number): Promise<void> {
    return this.simulation.sleep(ms);
  }

  result(): Result {
    const { requests, lost } = this.traffic;
    return { requests, lost, violations: this.violations, timeline: this.simulation.timeline };
  }

  /** One write of a driver, judged before it takes effect. */
  write(release: Release, action: Action, seen: Observation): Outcome {
    const verdict = judge(release, action, seen, {
      nowMs: this.simulation.nowMs,
      proxies: this.servingProxies(),
      workloads: this.workloads,
      loadPods: this.scenario.loadPods,
      lastEndMs: (version) => this.endOfLastRequest(version),
    });
    const outcome = this.carryOut(release, action, seen);
    this.simulation.note(`${describeAction(action)}: ${outcome}`);
    if (outcome === 'conflict') return outcome;
    this.violations.push(...verdict);
    this.accidents.afterWrite(++this.writes);
    return outcome;
  }

  /** Proxies that take requests. */
  servingProxies(): readonly Proxy[] {
    this.serving ??= this.proxies.filter((proxy) => proxy.state === 'serving');
    return this.serving;
  }

  /** What a look at the proxies' pods lists: starting ones too. */
  livingProxies(): readonly Proxy[] {
    return this.proxies.filter((proxy) => proxy.state !== 'gone');
  }

  /** Any number names one of the living. */
  proxyAt(index: number): Proxy | undefined {
    const living = this.livingProxies();
    return living[index % Math.max(1, living.length)];
  }

  /** A sidecar comes only to a route of the mesh: without it, it follows no other than Istio's own. */
  addProxy(name: string, kind: ProxyKind, startupMs: number): void {
    if (kind === 'sidecar' && !this.release.mesh) return;
    const proxy = this.newProxy(name, kind);
    this.simulation.after(startupMs, () => proxy.serve());
  }

  hidePods(version: string, forMs: number): void {
    this.podsHiddenUntilMs.set(version, this.simulation.nowMs + forMs);
  }

  hideApi(forMs: number): void {
    this.apiAwayUntilMs = Math.max(this.apiAwayUntilMs, this.simulation.nowMs + forMs);
  }

  get isApiAway(): boolean {
    return this.simulation.nowMs < this.apiAwayUntilMs;
  }

  countInFlight(version: string): number | 'unknown' {
    if (this.simulation.nowMs < (this.podsHiddenUntilMs.get(version) ?? 0)) return 'unknown';
    return this.workloads.podsOf(version).reduce((sum, pod) => sum + pod.countInFlight(), 0);
  }

  private carryOut(release: Release, action: Action, seen: Observation): Outcome {
    switch (action.kind) {
      case 'write-route':
        return this.api.writeRoute(action, action.record, seen.route);
      case 'write-record':
        return this.api.writeRecord(action.record, seen.route);
      case 'write-subsets':
        return this.api.writeSubsets(action.versions, seen.subsets);
      case 'add-version':
        if (this.workloads.deployments.has(action.version)) return 'conflict';
        this.workloads.create(release, action.version);
        this.autoscaler.lookSoon();
        return 'written';
      case 'set-minimum':
        return this.setMinimum(action.version, action.pods, seen);
      case 'remove-version':
        return this.removeVersion(action.version, seen);
    }
  }

  private setMinimum(version: string, pods: number, seen: Observation): Outcome {
    const autoscaler = this.workloads.deployments.get(version)?.autoscaler;
    if (!autoscaler || autoscaler.minimum !== seen.workloads[version]?.autoscaler?.minimum) return 'conflict';
    autoscaler.minimum = pods;
    this.autoscaler.lookSoon();
    return 'written';
  }

  private removeVersion(version: string, seen: Observation): Outcome {
    const deployment = this.workloads.deployments.get(version);
    if (!deployment || deployment.contentHash !== seen.workloads[version]?.contentHash) return 'conflict';
    this.workloads.remove(version, 'order');
    return 'written';
  }

  private install(): void {
    const { release, api, workloads } = this;
    const autoscaled = release.autoscaling && Math.max(release.autoscaling.minReplicas, this.scenario.loadPods);
    for (const { name, replicas } of release.versions) {
      const most = release.autoscaling?.maxReplicas ?? replicas;
      workloads.settle(workloads.create(release, name), Math.min(most, autoscaled ?? replicas));
    }
    const headerVersions = release.headerRoutes.map((route) => route.version);
    api.storeSubsets(new Map(release.versions.map(({ name }) => [name, name])), 'order');
    api.storeRoute({ split: release.split, headerVersions, probes: [], marker: formatSplit(release.split) }, 'order');
    this.istiod.settle(api.snapshots());
    for (const proxy of this.proxies) proxy.settle();
  }

  private newProxy(name: string, kind: ProxyKind): Proxy {
    const hosts = () => hostsAt(this.release, kind);
    const proxy = new Proxy(name, kind, this.simulation, this.scenario, this.istiod, hosts, {
      changes: (changing) => this.traffic.around(changing),
      changed: (changed) => {
        this.traffic.around(changed);
        this.autoscaler.lookSoon();
      },
      cameOrWent: () => (this.serving = undefined),
      dropped: (changed, request) => this.traffic.cut(request, 'cluster removed', changed.subsets?.writer ?? 'order'),
    });
    this.proxies.push(proxy);
    return proxy;
  }

  private podChanged(pod: Pod): void {
    if (pod.state === 'gone') this.lastEndMs.set(pod.version, this.endOfLastRequest(pod.version, pod.lastEndMs));
    this.istiod.podsChanged(pod.version);
    this.traffic.aroundPod(pod);
  }

  private endOfLastRequest(version: string, atLeastMs = this.lastEndMs.get(version) ?? 0): number {
    const ends = this.workloads.podsOf(version).map((pod) => pod.lastEndMs);
    return Math.max(atLeastMs, this.lastEndMs.get(version) ?? 0, ...ends);
  }
}
