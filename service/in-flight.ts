/** Every request that has been read and is not fully answered yet. The drain ends when there is none. */
import type { Exchange } from './exchange';
import { WatchedSet } from './watched-set';

export interface InFlightEntry {
  readonly method: string;
  readonly route: string;
  readonly forMs: number;
}

export class InFlight {
  readonly #open = new WatchedSet<Exchange>();

  get count(): number {
    return this.#open.size;
  }

  /** Probes and scrapes are left out: a version without traffic must read as zero while it is being watched. */
  get applicationCount(): number {
    return [...this.#open].filter((exchange) => exchange.kind === 'application').length;
  }

  add(exchange: Exchange): void {
    this.#open.add(exchange);
  }

  remove(exchange: Exchange): void {
    this.#open.delete(exchange);
  }

  idle(): Promise<void> {
    return this.#open.empty();
  }

  /** The longest-running first, at most `limit`. Sets keep their order, so this is the order of arrival. */
  oldest(limit: number): InFlightEntry[] {
    return [...this.#open].slice(0, limit).map(({ method, route, ageMs }) => ({ method, route, forMs: ageMs }));
  }
}
