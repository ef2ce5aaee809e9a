import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import { Connection } from './connection';
import { Exchange } from './exchange';
import type { Health } from './health';
import type { InFlight } from './in-flight';
import { answerMalformed, lateRequest, malformedRoute, writeRaw } from './malformed';
import type { Metrics } from './metrics';
import { refusal, Refusal, type Reply } from './reply';
import type { Match, Router } from './router';
import { send } from './send';
import { WatchedSet } from './watched-set';

/** What Node allows a request to take to arrive, if the longest request is no longer. */
const leastArrivalMs = 300_000;

interface ServerTimings {
  readonly keepAliveMs: number;
  readonly longestTaskMs: number;
}

export interface ServerParts extends ServerTimings {
  readonly version: string;
  readonly router: Router;
  readonly health: Health;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The service on node:http: accounts for every request from its head to the last byte of its answer. */
export class HttpServer {
  readonly #server: Server;
  readonly #closed: Promise<unknown>;
  readonly #sockets = new WatchedSet<Socket>();
  #acceptedCount = 0;

  constructor(private readonly parts: ServerParts) {
    const accept = (request: IncomingMessage, response: ServerResponse) => this.#accept(request, response);
    this.#server = createServer(optionsOf(parts), accept);
    answerAfterHalfClose(this.#server);
    this.#server.on('connection', (socket) => {
      this.#acceptedCount++;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('checkExpectation', accept);
    this.#server.on('clientError', (error, socket) => {
      const status = answerMalformed(error, socket, parts.version);
      if (status !== undefined) parts.metrics.count(malformedRoute, status);
    });
    this.#server.on('connect', (_request, socket) => {
      writeRaw(socket, refusal(405, 'this is no proxy'), parts.version);
      parts.metrics.count(malformedRoute, 405);
    });
    this.#closed = once(this.#server, 'close');
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  get acceptedCount(): number {
    return this.#acceptedCount;
  }

  /** Resolves with the port once connections are accepted. A long backlog keeps a burst at a switch from being refused. */
  async listen(port: number): Promise<number> {
    this.#server.listen({ port, backlog: 4096 });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Refuses new connections and closes idle ones. Resolves when the busy ones have ended. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeIdleConnections();
    await this.#closed;
  }

  /** Resolves as soon as there is no connection. */
  unconnected(): Promise<void> {
    return this.#sockets.empty();
  }

  /** Those that carry no request now. Whatever they bring next, their clients bring over another connection. */
  closeIdleConnections(): void {
    for (const socket of this.#sockets) if (Connection.of(socket).isIdle) socket.destroy();
  }

  /** Resolves when each client whose head is arriving now has had its answer or has gone. */
  async headsAnswered(): Promise<void> {
    await Promise.all(this.#receivingHeads().map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  /** Answers those that are still arriving. Resolves when the answers have had time to be read. */
  async refuseHeads(): Promise<void> {
    const refused = this.headsAnswered();
    for (const socket of this.#receivingHeads()) {
      writeRaw(socket, lateRequest, this.parts.version);
      this.parts.metrics.count(malformedRoute, lateRequest.status);
    }
    await refused;
  }

  /** Cuts off whatever is still open. */
  closeAllConnections(): void {
    this.#server.closeAllConnections();
  }

  #receivingHeads(): Socket[] {
    return [...this.#sockets].filter((socket) => Connection.of(socket).isReceivingHead);
  }

  #accept(request: IncomingMessage, response: ServerResponse): void {
    if (Connection.of(request.socket).hasAnnouncedClose) return;
    const { inFlight, metrics, router } = this.parts;
    const match = router.match(request.method ?? 'GET', request.url ?? '/');
    const exchange = new Exchange(request, response, match, (settled, status) => {
      inFlight.remove(settled);
      metrics.count(settled.route, status);
    });
    inFlight.add(exchange);
    void this.#answer(exchange, match);
  }

  async #answer(exchange: Exchange, match: Match): Promise<void> {
    const reply = await this.#reply(exchange, match);
    await send(exchange, reply, this.parts.version, this.parts.health.isDraining);
  }

  async #reply(exchange: Exchange, match: Match): Promise<Reply> {
    const { request, signal } = exchange;
    if (request.httpVersionMinor > 0 && request.headers.host === undefined) {
      return { ...refusal(400, 'HTTP/1.1 requires a Host header'), closesConnection: true };
    }
    try {
      return await match.handler({ request, query: match.query, signal });
    } catch (error) {
      return this.#replyTo(signal.aborted ? signal.reason : error, exchange);
    }
  }

  #replyTo(error: unknown, exchange: Exchange): Reply {
    if (error instanceof Refusal) return error.reply;
    if (!exchange.isSettled) this.parts.log.error({ err: error, route: exchange.route }, 'a handler failed');
    return refusal(500, 'internal error');
  }
}

export function optionsOf({ keepAliveMs, longestTaskMs }: ServerTimings): ServerOptions {
  return {
    keepAliveTimeout: keepAliveMs,
    // An upload may take as long as the longest request, which Node would cut off after five minutes.
    requestTimeout: Math.max(leastArrivalMs, longestTaskMs),
    // node:http answers a missing Host header by itself, and such an answer would lack the version: see #reply.
    requireHostHeader: false,
  };
}

/**
 * A client may close its side when it has sent its request (RFC 9112 §9.6), and reads on. By default node:http closes the
 * other side under the answer. The types lack this property, which Node has had since its first versions.
 */
function answerAfterHalfClose(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true });
}
