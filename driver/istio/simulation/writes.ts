/** The writes of a driver. Each is judged before it takes effect, and may set accidents off. */
import type { Release } from '../../../model';
import type { Action } from '../action';
import { describeAction } from '../words/actions';
import type { Outcome } from '../../core/outcome';
import type { Observation } from '../observation';
import type { ApiServer } from './api-server';
import type { Autoscaler } from './autoscaler';
import { judge } from './invariants';
import type { Proxies } from './proxies';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';
import type { Violation } from './violation';
import type { Workloads } from './workloads';

/** The parts of the world that a write changes or is judged by. */
export interface Writable {
  readonly simulation: Simulation;
  readonly api: ApiServer;
  readonly workloads: Workloads;
  readonly autoscaler: Autoscaler;
  readonly proxies: Proxies;
  readonly scenario: Pick<Scenario, 'loadPods'>;
}

interface Versioned {
  readonly resourceVersion: string;
}

export class Writes {
  readonly violations: Violation[] = [];
  private count = 0;

  constructor(
    private readonly world: Writable,
    private readonly written: (count: number) => void,
  ) {}

  /** `holder` is whom the writer takes itself for; a script is nobody. */
  write(release: Release, action: Action, seen: Observation, holder?: string): Outcome {
    const { simulation, scenario, proxies, workloads } = this.world;
    const { loadPods } = scenario;
    const { namedElsewhere, isRouteLater } = this.world.api;
    const { nowMs } = simulation;
    const truth = { nowMs, proxies: proxies.serving(), workloads, loadPods, namedElsewhere, isRouteLater };
    const violations = [...judge(release, action, seen, truth), ...this.otherWriter(holder)];
    const { isRouteEdited, sends } = this.world.api;
    const outcome = this.takeEffect(release, action, seen);
    if (action.kind === 'write-route' && isRouteEdited && this.world.api.sends !== sends)
      violations.push(this.overEdit());
    simulation.note(`${describeAction(action)}: ${outcome}`);
    if (outcome === 'conflict') return outcome;
    this.violations.push(...violations);
    this.written(++this.count);
    return outcome;
  }

  /** S5: whoever writes holds the lock, or nobody does. */
  private otherWriter(holder: string | undefined): Violation[] {
    const { simulation, api } = this.world;
    const { holder: lockHolder = holder } = api.lease;
    if (holder === undefined || lockHolder === holder) return [];
    const message = `${holder} wrote while ${lockHolder} held the lock`;
    return [{ atMs: simulation.nowMs, invariant: 'S5', message, heldAtObservation: false }];
  }

  /** S5: an edit of the route by somebody else stays, until a person goes on from it; the write that notes so moves nothing. */
  private overEdit(): Violation {
    const message = 'the route that somebody else has edited is written over';
    return { atMs: this.world.simulation.nowMs, invariant: 'S5', message, heldAtObservation: false };
  }

  private takeEffect(release: Release, action: Action, seen: Observation): Outcome {
    const { api } = this.world;
    switch (action.kind) {
      case 'write-route':
        return api.writeRoute(action, action.record, seen.route);
      case 'write-record':
        return api.writeRecord(action.record, seen.route);
      case 'write-subsets':
        return this.writeSubsets(action, seen);
      case 'add-version':
        return this.addVersion(release, action.version);
      case 'set-minimum':
        return this.setMinimum(action.version, action.pods, seen);
      case 'restore':
        return api.restore(action, seen.state);
      case 'disown':
        return api.disown(action.what, seen[action.what]);
      case 'remove-version':
        return this.removeVersion(action.version, seen);
      case 'set-paused':
        return this.setPaused(action, seen);
    }
  }

  private writeSubsets(action: Extract<Action, { kind: 'write-subsets' }>, seen: Observation): Outcome {
    const outcome = this.world.api.writeSubsets(action, seen);
    if (outcome === 'written' && action.choose) this.takeOverFromOwner(action.choose.version);
    return outcome;
  }

  private setPaused({ version, isPaused }: Extract<Action, { kind: 'set-paused' }>, seen: Observation): Outcome {
    const { resourceVersion } = seen.workloads[version]?.rollout ?? {};
    const outcome = this.world.workloads.setPaused(version, isPaused, resourceVersion);
    if (outcome === 'written') this.takeOverFromOwner(version);
    return outcome;
  }

  private takeOverFromOwner(version: string): void {
    const { api, workloads } = this.world;
    const chosen = api.templateChosen(version);
    if (chosen !== undefined) workloads.takeOverFromOwner(version, chosen);
  }

  private addVersion(release: Release, version: string): Outcome {
    const { workloads, autoscaler } = this.world;
    if (workloads.deployments.has(version)) return 'conflict';
    workloads.create(release, version);
    autoscaler.lookSoon();
    return 'written';
  }

  private setMinimum(version: string, pods: number, seen: Observation): Outcome {
    const autoscaler = this.world.workloads.deployments.get(version)?.autoscaler;
    if (!autoscaler || autoscaler.minimum !== seen.workloads[version]?.autoscaler?.minimum) return 'conflict';
    autoscaler.minimum = pods;
    this.world.autoscaler.lookSoon();
    return 'written';
  }

  private removeVersion(version: string, seen: Observation): Outcome {
    const { api, workloads } = this.world;
    const deployment = workloads.deployments.get(version);
    const isAsSeen = (now?: Versioned, before?: Versioned) => now?.resourceVersion === before?.resourceVersion;
    if (!isAsSeen(api.readRoute(), seen.route) || !isAsSeen(api.readSubsets(), seen.subsets)) return 'conflict';
    if (!deployment || deployment.contentHash !== seen.workloads[version]?.contentHash) return 'conflict';
    workloads.remove(version, 'order');
    return 'written';
  }
}
