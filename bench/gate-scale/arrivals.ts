/** When each Envoy has each write of the route: after a delay of its own, and never an older one after a newer one. */
import type { HttpRoute } from './envoy-routes';

export interface Write {
  readonly atMs: number;
  readonly http: readonly HttpRoute[];
}

/** What istiod waits for more changes, and the slowest of its proxies. */
export interface Delays {
  readonly leastMs: number;
  readonly mostMs: number;
}

export class Arrivals {
  readonly writes: Write[] = [];
  /** By write and proxy. */
  private readonly arrivedMs: number[][] = [];

  constructor(
    private readonly proxies: number,
    private readonly delays: Delays,
    private readonly random: () => number,
  ) {}

  add(http: readonly HttpRoute[], atMs: number): void {
    const { leastMs, mostMs } = this.delays;
    const before = this.arrivedMs.at(-1);
    // The first configuration was there before anybody looked.
    const arrival = (proxy: number) =>
      before ? Math.max(before[proxy] ?? 0, atMs + leastMs + this.random() * (mostMs - leastMs)) : 0;
    this.arrivedMs.push(Array.from({ length: this.proxies }, (_, proxy) => Math.floor(arrival(proxy))));
    this.writes.push({ atMs, http });
  }

  /** Which write this proxy has, by its number, and since when. */
  at(proxy: number, nowMs: number): { readonly write: number; readonly sinceMs: number } {
    const write = this.arrivedMs.findLastIndex((arrived) => (arrived[proxy] ?? Infinity) <= nowMs);
    return { write, sinceMs: this.arrivedMs[write]?.[proxy] ?? 0 };
  }

  /** When the last proxy had this write. */
  lastMs(write: number): number {
    return Math.max(...(this.arrivedMs[write] ?? []));
  }
}
