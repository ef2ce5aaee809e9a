/**
 * Other people's orders of writes for the same release: all traffic from one version to the next, by a clock instead of a
 * look at the proxies. Each is what a tool or a tutorial does. `handover rehearse` prints what each loses, beside handover.
 */
import { NaiveScript, type ScriptedWorld, type VersionChange } from './naive-script';

export interface NaiveOrder {
  readonly name: string;
  /** In one line, for people. */
  readonly what: string;
  readonly run: (script: NaiveScript) => Promise<void>;
}

/** What it takes to run an order to its last consequence. */
export interface NaiveWorld extends ScriptedWorld {
  runOn(ms: number): Promise<void>;
}

/** What an order leaves behind still loses requests for a while. The same time for each, or their counts could not be compared. */
export const consequencesMs = 120_000;

/** From the first write until its last consequences have shown. */
export async function runNaiveOrder(order: NaiveOrder, world: NaiveWorld, change: VersionChange): Promise<void> {
  await order.run(new NaiveScript(world, change));
  await world.runOn(consequencesMs);
}

/** The right order, safe as long as no proxy takes longer than five minutes: this is the time that a safe clock costs. */
export const careful: NaiveOrder = {
  name: 'right order, five minutes at each step',
  what: 'subset, route, drain, removal, each after a wait that nobody wants',
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

/**
 * It looks at every proxy and pod, and removes the old version when nothing of it has been counted for ten seconds. What a filter
 * holds before the router is in no count.
 */
export const byCounts: NaiveOrder = {
  name: 'removed when nothing is counted',
  what: 'removes the old version when no request to it was counted for ten seconds',
  async run(script) {
    await script.addReadyVersion();
    await script.subsets(script.from, script.to);
    await script.wait(60);
    await script.route(100);
    await script.untilNothingIsCounted(10);
    await script.subsets(script.to);
    await script.removeOldVersion();
  },
};

/** Proxies get a route to a cluster that they do not have. */
const routeBeforeSubset: NaiveOrder = {
  name: 'VirtualService before subset',
  what: 'the route names v2 before any proxy knows it',
  async run(script) {
    await script.addReadyVersion();
    await script.route(100);
    await script.subsets(script.from, script.to);
    await script.wait(60);
    await script.removeOldVersion();
  },
};

/**
 * istiod sends both at once, and no proxy makes the route wait for the cluster. Istio warns of it:
 * https://istio.io/latest/docs/ops/best-practices/traffic-management/
 */
const oneApply: NaiveOrder = {
  name: 'DestinationRule and VirtualService in one apply',
  what: 'kubectl apply of both; no proxy makes the one wait for the other',
  async run(script) {
    await script.addReadyVersion();
    await script.subsets(script.from, script.to);
    await script.route(100);
    await script.wait(60);
    await script.removeOldVersion();
  },
};

/** The order of a well-known tutorial, with its sleeps. Nobody knows whether they are long enough. */
const shortSleeps: NaiveOrder = {
  name: 'right order, sleeps of two seconds',
  what: 'a script with sleep 2 between the steps',
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

/**
 * Subsets that stand for roles instead of versions (argo-rollouts#4775, #2507). The subset that carries the traffic selects
 * pods that are not ready, then loses the pods that it had.
 */
const relabelledSubset: NaiveOrder = {
  name: 'subset relabelled under traffic',
  what: 'one subset that selects other pods from now on, as role labels do',
  async run(script) {
    await script.addVersion();
    script.relabel();
    await script.wait(30);
    await script.removeOldVersion();
  },
};

/**
 * Traffic has moved in the VirtualService, but not yet in the proxies, which still route to pods that end (argo-rollouts#587,
 * #3681; Flagger's rollback).
 */
const scaleDownAtPromotion: NaiveOrder = {
  name: 'old version removed at promotion',
  what: 'the route is written and the old pods go at once',
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
