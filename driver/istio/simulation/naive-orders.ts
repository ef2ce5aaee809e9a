/**
 * Other people's orders for the same release: all traffic from one version to the next, by a clock instead of a look at the
 * proxies. Each is what a tool or a tutorial does; `handover rehearse` prints what they lose beside the driver's own.
 */
import { allTo, shareTo, type Release } from '../../../model';
import type { Action } from '../action';
import type { Cluster } from '../cluster';
import type { Clock } from '../../core/clock';
import type { Observation } from '../observation';
import type { World } from './world';

export interface NaiveOrder {
  readonly name: string;
  /** What it leaves to luck. */
  readonly mistake: string;
  readonly carryOut: (hand: Hand) => Promise<void>;
}

/** Carries the order out from the first write until its last consequences have shown. */
export async function carryOut(order: NaiveOrder, world: World, change: VersionChange): Promise<void> {
  const hand = new Hand(world, change);
  await order.carryOut(hand);
  await world.runOn(120_000);
}

/** All traffic goes from one version to the other; the release lists at least the new one. */
export interface VersionChange {
  readonly release: Release;
  readonly from: string;
  readonly to: string;
}

/** A person or a script at the API server: it waits for pods, as all tools do, and for proxies only by the clock. */
export class Hand {
  readonly from: string;
  readonly to: string;
  private readonly release: Release;
  private readonly connection: Cluster & Clock;
  private routes = 0;

  constructor(
    private readonly world: World,
    change: VersionChange,
  ) {
    this.release = change.release;
    this.from = change.from;
    this.to = change.to;
    this.connection = world.connect();
  }

  wait(seconds: number): Promise<void> {
    return this.connection.sleep(seconds * 1000);
  }

  async addVersion(): Promise<void> {
    await this.write({ kind: 'add-version', version: this.to });
  }

  async addReadyVersion(): Promise<void> {
    await this.addVersion();
    await this.untilAvailable();
  }

  /** As `kubectl rollout status` does; gives up after the progress deadline, as it does too. */
  async untilAvailable(): Promise<void> {
    const deadlineMs = this.connection.nowMs() + this.release.timings.progressDeadlineSeconds * 1000;
    while (this.connection.nowMs() < deadlineMs) {
      const workload = (await this.look()).workloads[this.to];
      if (workload?.isCurrent && workload.available >= workload.desired) return;
      await this.wait(1);
    }
    throw new Error(`expected ${this.to} to become available within its progress deadline, and it did not`);
  }

  subsets(...versions: string[]): Promise<void> {
    return this.write({ kind: 'write-subsets', versions });
  }

  /** A share of the traffic to the new version. */
  route(weight: number): Promise<void> {
    const split = weight === 0 ? allTo(this.from) : shareTo(this.to, weight, this.from);
    const marker = `by-clock-${++this.routes}`;
    return this.write({ kind: 'write-route', split, headerVersions: [], probes: [], marker, record: undefined });
  }

  /** The old version's subset keeps its name and selects the new version's pods from now on. */
  relabel(): void {
    this.world.api.repoint(this.from, this.to);
  }

  removeOldVersion(): Promise<void> {
    return this.write({ kind: 'remove-version', version: this.from });
  }

  private async write(action: Action): Promise<void> {
    while ((await this.connection.perform(this.release, action, await this.look())) === 'conflict');
  }

  private look(): Promise<Observation> {
    return this.connection.observe(this.release, { evidence: 'proxy', inFlightOf: [] });
  }
}

/** The right order with guessed times long enough for everything: what waiting by the clock costs when it is safe. */
export const careful: NaiveOrder = {
  name: 'right order, five minutes at each step',
  mistake: 'nothing, as long as no proxy takes longer than five minutes',
  async carryOut(hand) {
    const generousSeconds = 300;
    await hand.addReadyVersion();
    await hand.subsets(hand.from, hand.to);
    await hand.wait(generousSeconds);
    await hand.route(100);
    await hand.wait(generousSeconds);
    await hand.subsets(hand.to);
    await hand.wait(generousSeconds);
    await hand.removeOldVersion();
  },
};

export const routeBeforeSubset: NaiveOrder = {
  name: 'VirtualService before subset',
  mistake: 'proxies get a route to a cluster that they do not have',
  async carryOut(hand) {
    await hand.addReadyVersion();
    await hand.route(100);
    await hand.subsets(hand.from, hand.to);
    await hand.wait(60);
    await hand.removeOldVersion();
  },
};

/** https://istio.io/latest/docs/ops/best-practices/traffic-management/ warns of it. */
export const oneApply: NaiveOrder = {
  name: 'DestinationRule and VirtualService in one apply',
  mistake: 'istiod sends both at once, and no proxy waits with the route for the cluster',
  async carryOut(hand) {
    await hand.addReadyVersion();
    await hand.subsets(hand.from, hand.to);
    await hand.route(100);
    await hand.wait(60);
    await hand.removeOldVersion();
  },
};

/** The order of a well-known tutorial, with its sleeps. */
export const shortSleeps: NaiveOrder = {
  name: 'right order, sleeps of two seconds',
  mistake: 'nobody knows whether two seconds were enough',
  async carryOut(hand) {
    await hand.addReadyVersion();
    await hand.subsets(hand.from, hand.to);
    await hand.wait(2);
    await hand.route(100);
    await hand.wait(2);
    await hand.subsets(hand.to);
    await hand.wait(5);
    await hand.removeOldVersion();
  },
};

/** Subsets that stand for roles instead of versions (argo-rollouts#4775, #2507). */
export const relabelledSubset: NaiveOrder = {
  name: 'subset relabelled under traffic',
  mistake: 'the subset that carries the traffic selects pods that are not ready, then loses the ones that it had',
  async carryOut(hand) {
    await hand.addVersion();
    hand.relabel();
    await hand.wait(30);
    await hand.removeOldVersion();
  },
};

/** Traffic has moved in the VirtualService and not yet in the proxies (argo-rollouts#587, #3681; Flagger's rollback). */
export const scaleDownAtPromotion: NaiveOrder = {
  name: 'old version removed at promotion',
  mistake: 'proxies still route to the version whose pods end',
  async carryOut(hand) {
    await hand.addReadyVersion();
    await hand.subsets(hand.from, hand.to);
    await hand.wait(60);
    await hand.route(50);
    await hand.wait(60);
    await hand.route(100);
    await hand.removeOldVersion();
  },
};

export const naiveOrders: readonly NaiveOrder[] = [
  routeBeforeSubset,
  oneApply,
  shortSleeps,
  relabelledSubset,
  scaleDownAtPromotion,
];
