/**
 * One look of a driver. As in a real cluster, each part is read at an instant of its own, in any order, and the world changes
 * meanwhile.
 */
import type { Look } from '../cluster';
import { adoptedVersion, type Manifest, type Release } from '../../../model';
import type { Pod as PodObject } from '../../kubernetes/objects';
import { rolloutOf } from '../kubernetes/rollout';
import type { Observation, Proxy as ObservedProxy } from '../observation';
import type { ApiServer } from './api-server';
import type { Proxies } from './proxies';
import type { Proxy } from './proxy';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';
import type { Workloads } from './workloads';

/** The parts of the world that a look asks. */
export interface Observable {
  readonly simulation: Simulation;
  readonly scenario: Pick<Scenario, 'adoption' | 'callDelay' | 'lookDelay'>;
  /** As it was installed. */
  readonly release: Release;
  readonly api: Pick<ApiServer, 'namedElsewhere' | 'readRoute' | 'readState' | 'readSubsets'>;
  readonly workloads: Pick<Workloads, 'countInFlight' | 'read' | 'rollingDeployment' | 'rollingPods'>;
  readonly proxies: Pick<Proxies, 'living'>;
}

/** A VirtualService of somebody else. */
const other = 'team/mesh';

type Draft = { -readonly [Key in keyof Observation]: Observation[Key] };

export class Observer {
  constructor(private readonly world: Observable) {}

  look(
    { evidence, inFlightOf, tallies = false }: Look,
    random: Random,
    done: (observation: Observation) => void,
  ): void {
    const { simulation, scenario, api, workloads, release } = this.world;
    let rolling: Rolling = { pods: [] };
    const proxies = evidence === 'assumed' ? [] : this.world.proxies.living();
    const counts = ({ kind }: Proxy) => inFlightOf.length > 0 || (tallies && kind === 'gateway');
    const see = (proxy: Proxy) => (evidence === 'probe' ? proxy.probe() : proxy.observe(counts(proxy)));
    const seen = new Array<ObservedProxy | undefined>(proxies.length);
    const inFlight: Record<string, number | 'unknown'> = {};
    const namedElsewhere: Record<string, string[]> = {};
    const draft: Draft = {
      atMs: simulation.nowMs,
      endedMs: 0,
      serverMs: 0,
      route: undefined,
      subsets: undefined,
      workloads: {},
      evidence,
      proxies: [],
      inFlight,
      namedElsewhere,
    };
    const parts = [
      () => (draft.route = api.readRoute()),
      () => (draft.subsets = api.readSubsets()),
      () => (draft.state = api.readState()),
      () => {
        draft.workloads = workloads.read();
        rolling = { ...rolling, deployment: workloads.rollingDeployment(release) };
      },
      ...(scenario.adoption?.rolls ? [() => (rolling = { ...rolling, pods: workloads.rollingPods(release) })] : []),
      ...inFlightOf.map((version) => () => (namedElsewhere[version] = api.namedElsewhere === version ? [other] : [])),
      ...inFlightOf.map((version) => () => (inFlight[version] = workloads.countInFlight(version))),
      // A proxy that has gone since it was listed serves no more.
      ...proxies.map((proxy, index) => () => (seen[index] = proxy.state === 'gone' ? undefined : see(proxy))),
    ];
    let unread = parts.length;
    const finish = () => {
      if (--unread > 0) return;
      draft.endedMs = simulation.nowMs;
      draft.serverMs = wholeSeconds(simulation.nowMs);
      draft.proxies = seen.filter((proxy) => proxy !== undefined);
      draft.workloads = withRollout(draft.workloads, rolling, release);
      done(draft);
    };
    for (const read of parts) {
      simulation.afterSpan(scenario.callDelay, random, () =>
        this.late(random, () => {
          read();
          finish();
        }),
      );
    }
  }

  /** Draws nothing where looks are quick: the other random numbers stay as they are. */
  private late(random: Random, read: () => void): void {
    const { simulation, scenario } = this.world;
    if (scenario.lookDelay.maxMs === 0) read();
    else simulation.afterSpan(scenario.lookDelay, random, read);
  }
}

/** What a look reads of an adopted Deployment: it and its pods, each at an instant of its own. */
interface Rolling {
  readonly deployment?: Manifest | undefined;
  readonly pods: readonly PodObject[];
}

/** Understood by the same code as on a real cluster. */
function withRollout(workloads: Observation['workloads'], { deployment, pods }: Rolling, release: Release) {
  const version = adoptedVersion(release);
  const workload = version === undefined ? undefined : workloads[version];
  if (version === undefined || !workload || !deployment) return workloads;
  const rollout = rolloutOf(release, version, [deployment], pods);
  return { ...workloads, [version]: { ...workload, ...(rollout && { rollout }) } };
}

/** As the API server tells its time: in the header Date of each answer. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
