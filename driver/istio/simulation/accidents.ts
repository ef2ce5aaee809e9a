/** Carries out what a scenario says goes wrong, each at its moment. */
import type { Accident, Timed } from './scenario';
import type { World } from './world';

export class Accidents {
  private count = 0;

  constructor(private readonly world: World) {}

  /** Plans everything that counts from the n-th write. */
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
      this.happen(accident);
    });
  }

  private happen(accident: Accident): void {
    const { world } = this;
    switch (accident.kind) {
      case 'crash':
        return world.workloads.crash(accident.version, accident.pod, accident.downMs);
      case 'evict':
        return world.workloads.evict(accident.version, accident.pod);
      case 'proxy-appears':
        return world.addProxy(`gateway-new-${++this.count}`, 'gateway', accident.startupMs);
      case 'sidecar-appears':
        return world.addProxy(`sidecar-new-${++this.count}`, 'sidecar', accident.startupMs);
      case 'proxy-restarts':
        return this.restart(accident.proxy, accident.downMs);
      case 'proxy-leaves':
        return this.leave(accident.proxy);
      case 'api-away':
      case 'freeze':
      case 'pods-unreachable':
      case 'unreadable':
        return this.silence(accident);
      default:
        return this.foreign(accident);
    }
  }

  /** What serves on, and does not hear or does not answer. */
  private silence(
    accident: Extract<Accident, { kind: 'api-away' | 'freeze' | 'pods-unreachable' | 'unreadable' }>,
  ): void {
    const { world } = this;
    switch (accident.kind) {
      case 'api-away':
        return world.hideApi(accident.forMs);
      case 'freeze':
        return world.proxyAt(accident.proxy)?.freeze(accident.forMs);
      case 'pods-unreachable':
        return world.hidePods(accident.version, accident.forMs);
      case 'unreadable':
        return world.proxyAt(accident.proxy)?.hide(accident.forMs);
    }
  }

  /** What other people do. */
  private foreign(
    accident: Extract<Accident, { kind: `foreign-${string}` }> | Extract<Accident, { kind: 'operator-request' }>,
  ): void {
    const { api } = this.world;
    switch (accident.kind) {
      case 'foreign-touch':
        return api.touchRoute('foreign', {});
      case 'foreign-record-removal':
        return api.touchRoute('foreign', { record: undefined, request: undefined });
      case 'foreign-split':
        return api.storeRoute({ split: accident.split, headerVersions: [], probes: [], marker: 'by-hand' }, 'foreign');
      case 'foreign-subsets':
        return api.storeSubsets(new Map(accident.versions.map((version) => [version, version])), 'foreign');
      case 'operator-request':
        if (api.readRoute()) api.leaveRequest({ id: `request-${++this.count}`, verb: accident.verb });
    }
  }

  private restart(index: number, downMs: number): void {
    const proxy = this.world.proxyAt(index);
    proxy?.leave();
    if (proxy) this.world.addProxy(proxy.name, proxy.kind, downMs);
  }

  /** The last gateway stays: without any, no request arrives that could be lost. */
  private leave(index: number): void {
    const proxy = this.world.proxyAt(index);
    const gateways = this.world.servingProxies().filter(({ kind }) => kind === 'gateway');
    if (gateways.some((gateway) => gateway !== proxy)) proxy?.leave();
  }
}
