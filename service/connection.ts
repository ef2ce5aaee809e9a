/** What one TCP connection still owes: the requests read from it that are not answered yet. */
import type { Socket } from 'node:net';
import { Refusal, type Reply } from './reply';

/** What a connection has to know of an exchange on it. */
export interface Owed {
  readonly request: { readonly complete: boolean };
  lose(): void;
  breakOff(reason: Error): void;
}

const connections = new WeakMap<Socket, Connection>();

export class Connection {
  readonly #open = new Set<Owed>();
  #newest: Owed | undefined;
  #bytesReadWhenAnswered: number | undefined;
  #isBroken = false;
  /** After `Connection: close` further requests are not processed, and the client knows: RFC 9112 §9.6. */
  hasAnnouncedClose = false;

  private constructor(private readonly socket: Socket) {}

  static of(socket: Socket): Connection {
    const known = connections.get(socket);
    if (known) return known;
    const connection = new Connection(socket);
    connections.set(socket, connection);
    // A response that waits behind a pipelined one has no socket yet and is never told that the client has gone.
    socket.once('close', () => connection.#open.forEach((exchange) => exchange.lose()));
    return connection;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  get isBusy(): boolean {
    return this.#open.size > 0;
  }

  /**
   * It has carried a request, owes no answer, and nothing has come since. Node's own idea of idle takes in connections that
   * were just accepted, from Node 26 on: their first request would be cut off.
   */
  get isIdle(): boolean {
    return !this.isBusy && this.#bytesReadWhenAnswered === this.socket.bytesRead;
  }

  add(exchange: Owed): void {
    this.#open.add(exchange);
    this.#newest = exchange;
  }

  remove(exchange: Owed): void {
    this.#open.delete(exchange);
    if (!this.isBusy) this.#bytesReadWhenAnswered = this.socket.bytesRead;
  }

  /** Pipelined requests are answered in order: closing after an earlier one would cut off those behind it. */
  isNewest(exchange: Owed): boolean {
    return this.#newest === exchange;
  }

  /** What follows on this connection is not HTTP. Whole requests are still answered; a torn one is refused. */
  break(reply: Reply): void {
    this.#isBroken = true;
    for (const exchange of this.#open) if (!exchange.request.complete) exchange.breakOff(new Refusal(reply));
  }
}
