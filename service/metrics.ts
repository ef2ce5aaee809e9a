import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

export interface MetricSources {
  readonly version: string;
  readonly inFlight: () => number;
  readonly isDraining: () => boolean;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'version' | 'route' | 'status'>;

  constructor(private readonly sources: MetricSources) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'http_requests_total',
      help: 'Answered requests; status 499 is a client that left before its answer',
      labelNames: ['version', 'route', 'status'],
      registers,
    });
    // Gauges are read from their source at each scrape: a value kept beside its source can differ from it.
    new Gauge({
      name: 'handover_requests_in_flight',
      help: 'Application requests being answered, without probes and scrapes',
      labelNames: ['version'],
      registers,
      collect() {
        this.set({ version: sources.version }, sources.inFlight());
      },
    });
    new Gauge({
      name: 'handover_draining',
      help: '1 from the begin of the shutdown, 0 before',
      registers,
      collect() {
        this.set(sources.isDraining() ? 1 : 0);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  count(route: string, status: number): void {
    this.#requests.inc({ version: this.sources.version, route, status });
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
