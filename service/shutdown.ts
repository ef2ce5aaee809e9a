/**
 * The end of the process. Readiness fails at once and serving goes on, because proxies learn of the end of a pod later
 * than the pod does; closing comes only when nothing is in flight any more. `server.close()` alone would do harm: it cuts
 * idle connections under the proxy's hand, and goes on serving busy ones without telling them to leave.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config';
import type { Health } from './health';
import type { InFlight } from './in-flight';
import type { HttpServer } from './server';

/** How long a connection that was just accepted may take to bring its request, after the listener has closed. */
const lastCallMs = 250;
/** How long a head may take that has begun to arrive. TCP has sent lost bytes again by then, more than once. */
const headLimitMs = 3000;
/** What is left of that before the hard stop, to refuse a head that has not come to its end. */
const refusalMs = 600;
/** Of the event loop, which accepts one connection a turn and reads it in the next. */
const quietTurns = 3;
const listedInFlight = 20;
const terminated = 128 + 15;

export interface ShutdownParts {
  readonly config: Config;
  readonly health: Health;
  readonly inFlight: InFlight;
  readonly server: HttpServer;
  readonly log: Logger;
  readonly exit: (code: number) => never;
}

export class Shutdown {
  #hasBegun = false;
  #isSignalled = false;
  #exitCode = 0;
  #beganMs = 0;

  constructor(private readonly parts: ShutdownParts) {}

  onSignal(signal: NodeJS.Signals): void {
    if (this.#isSignalled) {
      this.parts.log.error({ signal, ...this.#inFlight() }, 'second signal: ending at once');
      this.parts.exit(1);
    }
    // Only signals count: one that follows /k8s/shutdown is the kubelet's first word, not an operator's last.
    this.#isSignalled = true;
    this.begin(signal);
  }

  /** After a bug nobody knows what state the process is in; it still owes the answers that it can give. */
  onBug(error: unknown): void {
    this.parts.log.fatal({ err: error }, 'unexpected error: shutting down');
    if (this.#exitCode !== 0) this.parts.exit(1);
    this.#exitCode = 1;
    this.begin('unexpected error');
  }

  begin(cause: string): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#beganMs = performance.now();
    const { config, health, log } = this.parts;
    if (config.faults.exitAtOnce) {
      log.warn({ cause, ...this.#inFlight() }, 'FAULT_EXIT_AT_ONCE: ending without a drain');
      this.parts.exit(terminated);
    }
    health.drain();
    log.info({ cause, ...this.#inFlight() }, 'draining');
    setTimeout(() => this.#hardStop(), config.hardStopMs);
    this.#drain().catch((error: unknown) => this.onBug(error));
  }

  async #drain(): Promise<void> {
    const { config, inFlight, server, log, exit } = this.parts;
    await sleep(config.minimumDrainMs);
    if (config.faults.refuseDrain) {
      log.warn('FAULT_REFUSE_DRAIN: waiting for the hard stop');
      return;
    }
    await this.#retirement();
    // Whoever has held on to a connection until now would bring a long request that has no time left before the hard stop.
    // What the event loop has read by now is not idle.
    await nextTurn();
    server.closeIdleConnections();
    await this.#nothingInFlight();
    // Logged after it is done: whoever the line wakes up must not connect in between.
    const closed = server.close();
    log.info({ afterMs: this.#elapsedMs() }, 'idle: closed the listener');
    // Connections whose request was under way when the listener closed get their answer; those that bring none do not wait.
    await Promise.race([closed, sleep(lastCallMs)]);
    await inFlight.idle();
    await this.#lastHeads();
    server.closeAllConnections();
    log.info({ afterMs: this.#elapsedMs() }, 'drained');
    exit(this.#exitCode);
  }

  /**
   * A client that no proxy tells of the end of a pod learns of it with its next answer. Closing its idle connection before
   * that cuts off the request that it is just sending.
   */
  async #retirement(): Promise<void> {
    const { config, server, log } = this.parts;
    const leftMs = config.retirementMs - this.#elapsedMs();
    if (leftMs <= 0) return;
    log.info({ connections: server.connectionCount, forAtMostMs: leftMs }, 'leaving connections to their clients');
    await Promise.race([server.unconnected(), sleep(leftMs)]);
  }

  /**
   * Idle, and still idle after the event loop has accepted and read what the kernel was holding for it: connections that
   * wait to be accepted are reset when the listener closes, although their clients see them as open.
   */
  async #nothingInFlight(): Promise<void> {
    const { inFlight, server } = this.parts;
    for (let turn = 0; turn < quietTurns; turn++) {
      const accepted = server.acceptedCount;
      await inFlight.idle();
      await nextTurn();
      if (inFlight.count > 0 || server.acceptedCount > accepted) turn = -1;
    }
  }

  /** Whoever is sending a head has an open connection, so its request is answered, or refused when it does not come. */
  async #lastHeads(): Promise<void> {
    const { config, inFlight, server } = this.parts;
    const leftMs = config.hardStopMs - this.#elapsedMs() - refusalMs;
    await Promise.race([server.headsAnswered(), sleep(Math.max(0, Math.min(headLimitMs, leftMs)))]);
    await server.refuseHeads();
    await inFlight.idle();
  }

  #hardStop(): void {
    const { config, server, log, exit } = this.parts;
    log.error({ hardStopMs: config.hardStopMs, ...this.#inFlight() }, 'hard stop: cutting off what is still in flight');
    server.closeAllConnections();
    exit(1);
  }

  #inFlight(): { inFlight: number; oldest: object[] } {
    return { inFlight: this.parts.inFlight.count, oldest: this.parts.inFlight.oldest(listedInFlight) };
  }

  #elapsedMs(): number {
    return Math.round(performance.now() - this.#beganMs);
  }
}
