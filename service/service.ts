/** Puts the parts together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config';
import { withFaults } from './faults';
import { Health } from './health';
import { InFlight } from './in-flight';
import { Metrics } from './metrics';
import { Router } from './router';
import { applicationRoutes, onceStarted } from './routes/application';
import { dangerousRoutes } from './routes/dangerous';
import { operationsRoutes } from './routes/operations';
import { HttpServer } from './server';
import { Shutdown } from './shutdown';

export class Service {
  readonly shutdown: Shutdown;
  readonly #health = new Health();
  readonly #server: HttpServer;

  constructor(
    private readonly config: Config,
    private readonly log: Logger,
    exit: (code: number) => never,
  ) {
    const { version, keepAliveMs, longestTaskMs } = config;
    const health = this.#health;
    const inFlight = new InFlight();
    const metrics = new Metrics({
      version,
      inFlight: () => inFlight.applicationCount,
      isDraining: () => health.isDraining,
    });
    const router = new Router([...this.#application(), ...operationsRoutes(health, metrics, config.preStopMs)]);
    this.#server = new HttpServer({ version, keepAliveMs, longestTaskMs, router, health, inFlight, metrics, log });
    this.shutdown = new Shutdown({ config, health, inFlight, server: this.#server, log, exit });
  }

  /** Listens at once, so that probes get an answer, and is ready when the start-up is over. */
  async start(): Promise<void> {
    const { longestTaskMs, hardStopMs, faults } = this.config;
    if (longestTaskMs >= hardStopMs) {
      this.log.warn(
        { longestTaskMs, hardStopMs },
        'HARD_STOP_MS is not longer than LONGEST_TASK_MS: it cuts tasks off',
      );
    }
    const active = Object.entries(faults).filter(([, value]) => value !== 0 && value !== false);
    if (active.length > 0) this.log.warn({ faults: Object.fromEntries(active) }, 'faults are on');
    const port = await this.#server.listen(this.config.port);
    this.log.info({ port }, 'listening');
    await sleep(faults.slowStartMs);
    this.#health.start();
    this.log.info('ready');
  }

  #application() {
    const dangerous = dangerousRoutes(this.config.dangerousEndpoints, () => this.shutdown.begin('/k8s/shutdown'));
    const routes = withFaults([...applicationRoutes(this.config), ...dangerous], this.config.faults);
    return onceStarted(routes, this.#health);
  }
}
