/**
 * istiod reads objects a little late, waits until they have not changed for 100 ms, then tells every proxy what changed.
 * It sends all types at once and waits for no answer between them. This is why the order of writes matters.
 */
import {
  concerns,
  isSelected,
  noEndpoints,
  type EndpointsSnapshot,
  type RouteSnapshot,
  type SubsetsSnapshot,
} from './configuration';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';
import type { Workloads } from './workloads';

/** PILOT_DEBOUNCE_AFTER and PILOT_DEBOUNCE_MAX. */
const debounceMs = 100;
const longestDebounceMs = 10_000;

export interface Subscriber {
  receiveRoute(route: RouteSnapshot): void;
  receiveSubsets(subsets: SubsetsSnapshot): void;
  receiveEndpoints(subset: string, endpoints: EndpointsSnapshot): void;
}

/** What istiod has told, and would tell a proxy that connects now. */
export interface Pushed {
  route: RouteSnapshot | undefined;
  subsets: SubsetsSnapshot | undefined;
  readonly endpoints: Map<string, EndpointsSnapshot>;
}

export class Istiod {
  readonly pushed: Pushed = { route: undefined, subsets: undefined, endpoints: new Map() };
  readonly subscribers = new Set<Subscriber>();
  private readonly read: { route?: RouteSnapshot; subsets?: SubsetsSnapshot } = {};
  private readonly versionsToRead = new Set<string>();
  private readonly versionsChanged = new Set<string>();
  private readonly random: Random;
  private firstChangeMs: number | undefined;
  private pushAtMs = 0;
  private serial = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly workloads: Workloads,
  ) {
    this.random = simulation.random.fork('istiod');
  }

  routeWritten(route: RouteSnapshot): void {
    this.soon(() => {
      if (route.serial > (this.read.route?.serial ?? 0)) this.read.route = route;
    });
  }

  subsetsWritten(subsets: SubsetsSnapshot): void {
    this.soon(() => {
      if (subsets.serial > (this.read.subsets?.serial ?? 0)) this.read.subsets = subsets;
    });
  }

  podsChanged(version: string): void {
    if (this.versionsToRead.has(version)) return;
    this.versionsToRead.add(version);
    this.soon(() => {
      this.versionsToRead.delete(version);
      this.versionsChanged.add(version);
    });
  }

  /** Everything written is read and told: the world before time begins. */
  settle(written: { readonly route?: RouteSnapshot; readonly subsets?: SubsetsSnapshot }): void {
    Object.assign(this.read, written);
    this.push();
  }

  endpointsOf(subset: string): EndpointsSnapshot {
    return this.pushed.endpoints.get(subset) ?? noEndpoints;
  }

  private soon(read: () => void): void {
    this.simulation.afterSpan(this.scenario.watchDelay, this.random, () => {
      read();
      this.debounce();
    });
  }

  private debounce(): void {
    const { nowMs } = this.simulation;
    const isFirst = this.firstChangeMs === undefined;
    this.firstChangeMs ??= nowMs;
    this.pushAtMs = Math.min(nowMs + debounceMs, this.firstChangeMs + longestDebounceMs);
    if (isFirst) this.pushWhenQuiet();
  }

  private pushWhenQuiet(): void {
    this.simulation.after(this.pushAtMs - this.simulation.nowMs, () => {
      if (this.simulation.nowMs < this.pushAtMs) return this.pushWhenQuiet();
      this.firstChangeMs = undefined;
      this.push();
    });
  }

  private push(): void {
    const { read, pushed } = this;
    const before = pushed.subsets?.selects;
    const isNew = { route: read.route !== pushed.route, subsets: read.subsets !== pushed.subsets };
    pushed.route = read.route;
    pushed.subsets = read.subsets;
    const changed = [...(read.subsets?.selects ?? [])].filter(
      ([subset, selector]) => concerns(selector, this.versionsChanged) || before?.get(subset) !== selector,
    );
    this.versionsChanged.clear();
    for (const [subset, selector] of changed) pushed.endpoints.set(subset, this.readyPods(subset, selector));
    for (const subscriber of this.subscribers) {
      if (isNew.subsets && pushed.subsets) subscriber.receiveSubsets(pushed.subsets);
      for (const [subset] of changed) subscriber.receiveEndpoints(subset, this.endpointsOf(subset));
      if (isNew.route && pushed.route) subscriber.receiveRoute(pushed.route);
    }
  }

  private readyPods(subset: string, selector: string): EndpointsSnapshot {
    const pods = this.workloads.allPods.filter((pod) => isSelected(selector, pod));
    return {
      serial: ++this.serial,
      pods: pods.filter((pod) => pod.state === 'ready'),
      selector,
      isDisturbed: pods.some((pod) => pod.isDisturbed),
      isForeign: (this.read.subsets?.foreign.has(subset) ?? false) || this.isLeftByOwner(subset, selector),
    };
  }

  /** Until it has read that the driver chooses otherwise again. */
  private isLeftByOwner(subset: string, selector: string): boolean {
    const before = this.endpointsOf(subset);
    const isAsBefore = subset === this.workloads.rollingVersion && before.selector === selector;
    return this.workloads.isResumedByOwner(subset) || (isAsBefore && before.isForeign);
  }
}
