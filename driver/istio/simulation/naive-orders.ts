/**
 * Other people's orders of writes for the same release: all traffic from one version to the next, by a clock instead of a
 * look at the proxies. Each is what a tool or a tutorial does. `handover rehearse` prints what each loses, beside handover.
 */
import { NaiveScript, type ScriptedWorld, type VersionChange } from './naive-script';

export interface NaiveOrder {
  readonly name: string;
  /** What it leaves to luck. */
  readonly mistake: string;
  readonly run: (script: NaiveScript) => Promise<void>;
}

/** What it takes to run an order to its last consequence. */
export interface NaiveWorld extends ScriptedWorld {
  runOn(ms: number): Promise<void>;
}

/** From the first write until its last consequences have shown. */
export async function runNaiveOrder(order: NaiveOrder, world: NaiveWorld, change: VersionChange): Promise<void> {
  await order.run(new NaiveScript(world, change));
  await world.runOn(120_000);
}

/** The right order, with guessed times that are long enough for everything: a safe clock costs this much time. */
export const careful: NaiveOrder = {
  name: 'right order, five minutes at each step',
  mistake: 'nothing, as long as no proxy takes longer than five minutes',
  async run(script) {
    const generousSeconds = 300;
    await script.addReadyVersion();
    await script.subsets(script.from, script.to);
    await script.wait(generousSeconds);
    await script.route(100);
    await script.wait(generousSeconds);
    await script.subsets(script.to);
    await script.wait(generousSeconds);
    await script.removeOldVersion();
  },
};

export const routeBeforeSubset: NaiveOrder = {
  name: 'VirtualService before subset',
  mistake: 'proxies get a route to a cluster that they do not have',
  async run(script) {
    await script.addReadyVersion();
    await script.route(100);
    await script.subsets(script.from, script.to);
    await script.wait(60);
    await script.removeOldVersion();
  },
};

/** Istio warns of it: https://istio.io/latest/docs/ops/best-practices/traffic-management/ */
export const oneApply: NaiveOrder = {
  name: 'DestinationRule and VirtualService in one apply',
  mistake: 'istiod sends both at once, and no proxy waits with the route for the cluster',
  async run(script) {
    await script.addReadyVersion();
    await script.subsets(script.from, script.to);
    await script.route(100);
    await script.wait(60);
    await script.removeOldVersion();
  },
};

/** The order of a well-known tutorial, with its sleeps. */
export const shortSleeps: NaiveOrder = {
  name: 'right order, sleeps of two seconds',
  mistake: 'nobody knows whether two seconds were enough',
  async run(script) {
    await script.addReadyVersion();
    await script.subsets(script.from, script.to);
    await script.wait(2);
    await script.route(100);
    await script.wait(2);
    await script.subsets(script.to);
    await script.wait(5);
    await script.removeOldVersion();
  },
};

/** Subsets that stand for roles instead of versions (argo-rollouts#4775, #2507). */
export const relabelledSubset: NaiveOrder = {
  name: 'subset relabelled under traffic',
  mistake: 'the subset that carries the traffic selects pods that are not ready, then loses the ones that it had',
  async run(script) {
    await script.addVersion();
    script.relabel();
    await script.wait(30);
    await script.removeOldVersion();
  },
};

/** Traffic has moved in the VirtualService, but not yet in the proxies (argo-rollouts#587, #3681; Flagger's rollback). */
export const scaleDownAtPromotion: NaiveOrder = {
  name: 'old version removed at promotion',
  mistake: 'proxies still route to the version whose pods end',
  async run(script) {
    await script.addReadyVersion();
    await script.subsets(script.from, script.to);
    await script.wait(60);
    await script.route(50);
    await script.wait(60);
    await script.route(100);
    await script.removeOldVersion();
  },
};

export const naiveOrders: readonly NaiveOrder[] = [
  routeBeforeSubset,
  oneApply,
  shortSleeps,
  relabelledSubset,
  scaleDownAtPromotion,
];
