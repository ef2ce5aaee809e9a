/** All proxies that follow the route: they come, serve and go. */
import { isPublished, type ProxyKind, type Release } from '../../../model';
import type { Istiod } from './istiod';
import { Proxy, type ProxyEvents } from './proxy';
import type { Scenario } from './scenario';
import type { Simulation } from './simulation';

export class Proxies {
  private readonly all: Proxy[] = [];
  private servingNow: readonly Proxy[] | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly scenario: Scenario,
    private readonly istiod: Istiod,
    private readonly release: Release,
    private readonly events: Omit<ProxyEvents, 'cameOrWent'>,
  ) {}

  /** Those that serve from the beginning. */
  begin(): void {
    const { proxies, sidecars } = this.scenario;
    if (isPublished(this.release)) for (const name of proxies) this.create(name, 'gateway').serve();
    if (this.release.mesh) for (const name of sidecars) this.create(name, 'sidecar').serve();
  }

  /** Every proxy holds all that istiod has to tell. */
  settle(): void {
    for (const proxy of this.all) proxy.settle();
  }

  /** Proxies that take requests. */
  serving(): readonly Proxy[] {
    this.servingNow ??= this.all.filter((proxy) => proxy.state === 'serving');
    return this.servingNow;
  }

  /** What a look lists: proxies that start, too. */
  living(): readonly Proxy[] {
    return this.all.filter((proxy) => proxy.state !== 'gone');
  }

  /** Any number names one of the living. */
  at(index: number): Proxy | undefined {
    const living = this.living();
    return living[index % Math.max(1, living.length)];
  }

  /** Without the mesh among its gateways no sidecar follows the route, and with it alone no gateway: so none is added. */
  add(name: string, kind: ProxyKind, startupMs: number): void {
    if (kind === 'sidecar' ? !this.release.mesh : !isPublished(this.release)) return;
    const proxy = this.create(name, kind);
    this.simulation.after(startupMs, () => proxy.serve());
  }

  private create(name: string, kind: ProxyKind): Proxy {
    const proxy = new Proxy(name, kind, this.simulation, this.scenario, this.istiod, this.release, {
      ...this.events,
      cameOrWent: () => (this.servingNow = undefined),
    });
    this.all.push(proxy);
    return proxy;
  }
}
