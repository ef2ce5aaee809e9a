/**
 * A cluster in virtual time: API objects, pods, istiod, proxies and requests. One queue of events moves them all. The same
 * release, scenario and seed give the same run, to the millisecond.
 */
import { splitRoute, versionNames, type Release } from '../../../model';
import type { Cluster } from '../cluster';
import { routedBy } from '../routed-release';
import type { Clock } from '../../core/clock';
import { Accidents } from './accidents';
import { ApiServer } from './api-server';
import { Autoscaler } from './autoscaler';
import { plainContentHash, type ContentHash } from './deployment';
import { DriverClient } from './driver-client';
import { Istiod } from './istiod';
import { Observer } from './observer';
import type { Pod } from './pod';
import { Proxies } from './proxies';
import type { Proxy, ProxyEvents } from './proxy';
import { Random } from './random';
import type { Scenario } from './scenario';
import { Simulation, type TimelineEntry } from './simulation';
import { Traffic, type Loss, type Stray } from './traffic';
import type { Violation } from './violation';
import { Workloads } from './workloads';
import { Writes } from './writes';

export interface Result {
  readonly requests: number;
  readonly lost: readonly Loss[];
  /** By the order of writes. */
  readonly strayed: readonly Stray[];
  readonly violations: readonly Violation[];
  readonly timeline: readonly TimelineEntry[];
}

export class World {
  readonly simulation: Simulation;
  readonly api: ApiServer;
  readonly workloads: Workloads;
  readonly proxies: Proxies;
  readonly autoscaler: Autoscaler;
  readonly observer: Observer;
  readonly writes: Writes;
  private readonly istiod: Istiod;
  private readonly traffic: Traffic;
  private drivers = 0;

  /** As after the installation of the synthesized manifests, with every proxy up to date. */
  static installed(release: Release, scenario: Scenario, seed: number, contentHash = plainContentHash): World {
    const world = new World(release, scenario, seed, contentHash);
    world.install();
    return world;
  }

  /** A cluster with gateways and nothing of this service in it. */
  constructor(
    readonly release: Release,
    readonly scenario: Scenario,
    seed: number,
    contentHash: ContentHash = plainContentHash,
  ) {
    const simulation = new Simulation(new Random(seed));
    const serving = () => this.proxies.serving();
    this.simulation = simulation;
    const isOfAbort = (marker: string) => this.api.abortMarkers.has(marker);
    this.traffic = new Traffic(simulation, scenario, serving, release.timings.longestRequestSeconds * 1000, isOfAbort);
    this.workloads = new Workloads(simulation, scenario, contentHash, {
      changed: (pod) => this.podChanged(pod),
      cut: (pod, request, blame) => this.traffic.cut(request, 'UC', blame, pod.version),
    });
    this.istiod = new Istiod(simulation, scenario, this.workloads);
    this.api = new ApiServer(() => simulation.nowMs, this.istiod, release, scenario);
    this.autoscaler = new Autoscaler(simulation, scenario, this.workloads, serving);
    // By it a driver knows its split routes; so do the proxies that it reads.
    const virtualService = scenario.adoption?.carried.virtualService ?? scenario.virtualService;
    const routed = virtualService ? routedBy(release, virtualService) : release;
    this.proxies = new Proxies(simulation, scenario, this.istiod, routed, this.proxyEvents());
    this.observer = new Observer(this);
    const accidents = new Accidents(this);
    this.writes = new Writes(this, (count) => accidents.afterWrite(count));
    this.proxies.begin();
    this.traffic.begin();
    accidents.afterWrite(0);
  }

  /** A driver process of its own; the n-th one dies where the scenario says. */
  connect({ knowsManifests = true } = {}): Cluster & Clock {
    const kill = this.scenario.kills[this.drivers];
    return new DriverClient(this, `driver-${++this.drivers}`, kill, knowsManifests);
  }

  /** Time passes without a driver: what it left behind still has its consequences. */
  runOn(ms: number): Promise<void> {
    return this.simulation.sleep(ms);
  }

  result(): Result {
    const { requests, lost, strayed } = this.traffic;
    return { requests, lost, strayed, violations: this.writes.violations, timeline: this.simulation.timeline };
  }

  private install(): void {
    const { release, api, workloads } = this;
    const autoscaled = release.autoscaling && Math.max(release.autoscaling.minReplicas, this.scenario.loadPods);
    for (const { name, replicas, adopted } of release.versions) {
      const most = release.autoscaling?.maxReplicas ?? replicas;
      const deployment = workloads.create(release, name);
      workloads.settle(deployment, adopted ? deployment.desired : Math.min(most, autoscaled ?? replicas));
    }
    const listed = versionNames(release);
    const headerVersions = release.headerRoutes.map(({ version }) => version).filter((name) => listed.includes(name));
    const route = { split: release.split, headerVersions, probes: [], marker: splitRoute };
    const { adoption } = this.scenario;
    if (adoption) api.installWhole(route, adoption);
    else {
      api.storeSubsets(new Map(release.versions.map(({ name }) => [name, name])), 'order');
      api.storeRoute(route, 'order');
    }
    // What an operator's apply installed is nobody's of ours.
    api.disown('route', api.readRoute());
    api.disown('subsets', api.readSubsets());
    this.istiod.settle(api.snapshots());
    this.proxies.settle();
  }

  private proxyEvents(): Omit<ProxyEvents, 'cameOrWent'> {
    return {
      changes: (proxy) => this.traffic.around(proxy),
      changed: (proxy) => this.proxyChanged(proxy),
      dropped: (proxy, request) =>
        this.traffic.cut(request, 'cluster removed', proxy.clusters.subsets?.writer ?? 'order'),
    };
  }

  private proxyChanged(proxy: Proxy): void {
    this.traffic.around(proxy);
    this.autoscaler.lookSoon();
  }

  private podChanged(pod: Pod): void {
    this.istiod.podsChanged(pod.version);
    this.traffic.aroundPod(pod);
  }
}
