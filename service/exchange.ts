/** One request and its answer, from the moment its head was read until its answer is written or its client is gone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Connection, type Owed } from './connection';
import type { Kind, Match } from './router';

/** What nginx logs when a client leaves before its answer: not an error of the service, nor a success. */
export const clientClosedRequest = 499;

export class Exchange implements Owed {
  readonly method: string;
  readonly route: string;
  readonly kind: Kind;
  readonly connection: Connection;
  readonly #startedMs = performance.now();
  readonly #abort = new AbortController();
  #isSettled = false;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    match: Match,
    private readonly onSettled: (exchange: Exchange, status: number) => void,
  ) {
    this.method = request.method ?? 'GET';
    this.route = match.route;
    this.kind = match.kind;
    this.connection = Connection.of(request.socket);
    this.connection.add(this);
    response.once('finish', () => this.#settle(response.statusCode));
    response.once('close', () => this.lose());
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get ageMs(): number {
    return Math.round(performance.now() - this.#startedMs);
  }

  /** Ends the work on this request; its handler's answer becomes `reason`. */
  breakOff(reason: Error): void {
    this.#abort.abort(reason);
  }

  lose(): void {
    if (this.#isSettled) return;
    this.#settle(clientClosedRequest);
    this.breakOff(new Error('the client has gone'));
  }

  #settle(status: number): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.connection.remove(this);
    this.onSettled(this, status);
  }
}
