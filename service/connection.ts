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

/**
 * With this many unanswered requests a connection is not read. Each of them costs kilobytes: a client that sends all that it
 * has at once would else have the pod killed, with the requests of others. One read brings up to 64 KiB more.
 */
export const mostInHand = 100;

export class Connection {
  readonly #open = new Set<Owed>();
  #newest: Owed | undefined;
  #bytesReadWhenAnswered: number | undefined;
  #bytesReadWhenHeld: number | undefined;
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
    // node:http resumes after each request that it has parsed.
    socket.on('resume', () => connection.#holdBack());
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

  /** Something has come that is no request yet: a head, of which more is to come. */
  get isReceivingHead(): boolean {
    return !this.isBusy && this.socket.bytesRead > (this.#bytesReadWhenAnswered ?? 0) && !this.#isBroken;
  }

  add(exchange: Owed): void {
    this.#open.add(exchange);
    this.#newest = exchange;
    this.#holdBack();
  }

  remove(exchange: Owed): void {
    this.#open.delete(exchange);
    if (!this.isBusy) this.#bytesReadWhenAnswered = this.socket.bytesRead;
    if (this.#open.size === mostInHand - 1) this.socket.resume();
  }

  /**
   * Pipelined requests are answered in order: closing after an earlier one would cut off those behind it, and those that
   * nobody has read yet.
   */
  isLast(exchange: Owed): boolean {
    return this.#newest === exchange && this.#bytesReadWhenHeld !== this.socket.bytesRead;
  }

  #holdBack(): void {
    if (this.#open.size < mostInHand) return;
    this.#bytesReadWhenHeld = this.socket.bytesRead;
    this.socket.pause();
  }

  /** What follows on this connection is not HTTP. Whole requests are still answered; a torn one is refused. */
  break(reply: Reply): void {
    this.#isBroken = true;
    for (const exchange of this.#open) if (!exchange.request.complete) exchange.breakOff(new Refusal(reply));
  }
}
