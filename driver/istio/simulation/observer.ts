/**
 * One look of a driver. A real look is no photograph: each part is read at an instant of its own, in any order, and the
 * world goes on between them.
 */
import type { Release } from '../../../model';
import type { Look } from '../cluster';
import type { Observation, Proxy as ObservedProxy } from '../observation';
import type { Proxy } from './proxy';
import type { Random } from './random';
import type { World } from './world';

type Draft = { -readonly [Key in keyof Observation]: Observation[Key] };

export class Observer {
  constructor(private readonly world: World) {}

  look(_release: Release, look: Look, random: Random, done: (observation: Observation) => void): void {
    const { world } = this;
    const proxies = look.evidence === 'assumed' ? [] : world.livingProxies();
    const see = (proxy: Proxy) => (look.evidence === 'probe' ? proxy.probe() : proxy.observe());
    const seen = new Array<ObservedProxy | undefined>(proxies.length);
    const inFlight: Record<string, number | 'unknown'> = {};
    const draft: Draft = {
      atMs: 0,
      route: undefined,
      subsets: undefined,
      workloads: {},
      evidence: look.evidence,
      proxies: [],
      inFlight,
    };
    const parts = [
      () => (draft.route = world.api.readRoute()),
      () => (draft.subsets = world.api.readSubsets()),
      () => (draft.workloads = world.workloads.read()),
      ...look.inFlightOf.map((version) => () => (inFlight[version] = world.countInFlight(version))),
      // A proxy that went away since it was listed is no longer one that serves.
      ...proxies.map((proxy, index) => () => (seen[index] = proxy.state === 'gone' ? undefined : see(proxy))),
    ];
    let unread = parts.length;
    const finish = () => {
      if (--unread > 0) return;
      draft.atMs = world.simulation.nowMs;
      draft.proxies = seen.filter((proxy) => proxy !== undefined);
      done(draft);
    };
    for (const read of parts) {
      world.simulation.afterSpan(world.scenario.callDelay, random, () => {
        read();
        finish();
      });
    }
  }
}
