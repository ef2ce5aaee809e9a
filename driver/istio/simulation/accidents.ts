/** Lets each accident of a scenario happen at its moment. */
import { Refusal } from '../../../model';
import type { Verb } from '../record';
import type { ApiServer } from './api-server';
import { foreignObject } from './foreign-objects';
import type { Proxies } from './proxies';
import type { Accident, Scenario, Timed } from './scenario';
import type { Simulation } from './simulation';
import type { Workloads } from './workloads';

/** The parts of the world to which accidents happen. */
export interface Vulnerable {
  readonly simulation: Simulation;
  readonly scenario: Pick<Scenario, 'accidents'>;
  readonly api: ApiServer;
  readonly workloads: Pick<
    Workloads,
    | 'changeTemplate'
    | 'copy'
    | 'crash'
    | 'evict'
    | 'makeUnreachable'
    | 'pauseByOwner'
    | 'restartByOwner'
    | 'rollingVersion'
    | 'scaleByHand'
  >;
  readonly proxies: Proxies;
}

type OfOwner = Extract<Accident, { kind: `owner-${string}` }>;

function isOfOwner(accident: Accident): accident is OfOwner {
  return accident.kind.startsWith('owner-');
}

export class Accidents {
  private count = 0;

  constructor(private readonly world: Vulnerable) {}

  /** Plans the accidents that count from the n-th write. */
  afterWrite(writes: number): void {
    for (const accident of this.world.scenario.accidents) {
      if (accident.when.afterWrites === writes) this.plan(accident);
    }
  }

  private plan(accident: Timed): void {
    const { simulation } = this.world;
    simulation.after(accident.when.ms, () => {
      const { kind, when: _when, ...details } = accident;
      simulation.note(`accident: ${kind} ${JSON.stringify(details)}`);
      if (isOfOwner(accident)) this.roll(accident);
      else this.happen(accident);
    });
  }

  private happen(accident: Exclude<Accident, OfOwner>): void {
    const { workloads, proxies } = this.world;
    switch (accident.kind) {
      case 'crash':
        return workloads.crash(accident.version, accident.pod, accident.downMs);
      case 'evict':
        return workloads.evict(accident.version, accident.pod);
      case 'proxy-appears':
        return proxies.add(`gateway-new-${++this.count}`, 'gateway', accident.startupMs);
      case 'sidecar-appears':
        return proxies.add(`sidecar-new-${++this.count}`, 'sidecar', accident.startupMs);
      case 'proxy-restarts':
        return this.restart(accident.proxy, accident.downMs);
      case 'proxy-leaves':
        return this.leave(accident.proxy);
      case 'api-away':
      case 'freeze':
      case 'pods-unreachable':
      case 'rights-lost':
      case 'unreadable':
        return this.silence(accident);
      default:
        return this.foreign(accident);
    }
  }

  /** What the owner of an adopted Deployment does with its rollout. */
  private roll(accident: OfOwner): void {
    const { workloads } = this.world;
    const version = workloads.rollingVersion;
    if (version === undefined) return;
    switch (accident.kind) {
      case 'owner-rolls':
        return workloads.changeTemplate(version, `t${accident.template}`);
      case 'owner-restarts':
        return workloads.restartByOwner(version);
      case 'owner-resumes':
        workloads.changeTemplate(version, `t${accident.template}`);
        return workloads.pauseByOwner(version, false);
      case 'owner-pauses':
        return workloads.pauseByOwner(version, true);
    }
  }

  /** Something still serves, but hears nothing or does not answer. */
  private silence(
    accident: Extract<Accident, { kind: 'api-away' | 'freeze' | 'pods-unreachable' | 'rights-lost' | 'unreadable' }>,
  ): void {
    const { api, workloads, proxies } = this.world;
    switch (accident.kind) {
      case 'api-away':
        return api.goAway(accident.forMs);
      case 'rights-lost':
        return api.refuse(accident.to, accident.forMs);
      case 'freeze':
        return proxies.at(accident.proxy)?.freeze(accident.forMs);
      case 'pods-unreachable':
        return workloads.makeUnreachable(accident.version, accident.forMs);
      case 'unreadable':
        return proxies.at(accident.proxy)?.hide(accident.forMs);
    }
  }

  /** What other people do. */
  private foreign(
    accident: Extract<Accident, { kind: `foreign-${string}` }> | Extract<Accident, { kind: 'operator-request' }>,
  ): void {
    const { api, workloads } = this.world;
    switch (accident.kind) {
      case 'foreign-scale':
        return workloads.scaleByHand(accident.version, accident.pods);
      case 'foreign-touch':
        return api.annotateRoute('foreign', {});
      case 'foreign-record-removal':
        return api.annotateRoute('foreign', { record: undefined, request: undefined });
      case 'foreign-deletion':
        return api.delete(accident.what);
      case 'foreign-split':
        return this.foreignSplit(accident);
      case 'foreign-route':
        return api.reroute(accident.route, accident.version);
      case 'foreign-detour':
        return this.detour(accident);
      case 'foreign-timeout':
        return api.editRoute('timeout');
      case 'foreign-whole':
        return api.editRoute('whole');
      case 'operator-request':
        return this.request(accident.verb);
      default:
        return foreignObject(this.world, accident);
    }
  }

  /** It may be refused, as by the command line: then the person reads why, and nothing has changed. */
  private request(verb: Verb): void {
    const { api } = this.world;
    if (!api.readRoute()) return;
    try {
      api.leaveRequest({ id: `request-${++this.count}`, verb });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** A person may edit numbers alone: then only what the route says differs, and not its name. */
  private foreignSplit({ split, keepsName }: Extract<Accident, { kind: 'foreign-split' }>): void {
    const { api } = this.world;
    const marker = (keepsName ? api.readRoute()?.marker : undefined) ?? 'by-hand';
    api.storeRoute({ split, headerVersions: [], probes: [], marker }, 'foreign');
  }

  /**
   * Nothing when somebody has written it meanwhile: who puts a route back looks at it first. Nor when it cannot be edited: it would
   * not be put back as it was.
   */
  private detour({ split, forMs }: Extract<Accident, { kind: 'foreign-detour' }>): void {
    const { api, simulation } = this.world;
    const before = api.readRoute();
    if (!before || (before.unsupported !== undefined && !before.whole)) return;
    const putBack = api.copyOfRoute();
    api.storeRoute({ ...before, split }, 'foreign');
    const meanwhile = api.readRoute()?.digest;
    simulation.after(forMs, () => {
      if (api.readRoute()?.digest === meanwhile) putBack?.();
    });
  }

  private restart(index: number, downMs: number): void {
    const { proxies } = this.world;
    const proxy = proxies.at(index);
    proxy?.leave();
    if (proxy) proxies.add(proxy.name, proxy.kind, downMs);
  }

  /** The last gateway stays: without a gateway no request arrives, so none could be lost. */
  private leave(index: number): void {
    const { proxies } = this.world;
    const proxy = proxies.at(index);
    const gateways = proxies.serving().filter(({ kind }) => kind === 'gateway');
    if (gateways.some((gateway) => gateway !== proxy)) proxy?.leave();
  }
}
