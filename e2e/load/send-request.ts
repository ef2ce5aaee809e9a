/** Sends one request over a borrowed connection and calls back once, with its outcome. Never sends it again. */
import { request, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections';
import { sendSlowly, type Upload } from './upload';
import { failureOf, originOf } from './failure';
import type { ErrorKind, Outcome } from './outcome';

export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** How long a request may wait for a connection, and then, once it is sent, for the end of its answer. */
  readonly timeoutMs: number;
  /** The request has a body, which is sent slowly; left out, it has none. */
  readonly upload?: Upload | undefined;
}

export interface Turn {
  readonly number: number;
  readonly scheduledMs: number;
  readonly now: () => number;
}

/** Node's own `reusedSocket` is false for a request that waited until the connection was free. */
const hasAnswered = new WeakSet<Socket>();

/** What follows is read, to find the connection's end, but not kept. */
const keptBodyLength = 200;

export function sendRequest(
  target: Target,
  connections: Connections,
  turn: Turn,
  done: (outcome: Outcome) => void,
): void {
  new Sending(target, connections, turn, done).begin();
}

class Sending {
  private agent: Agent | undefined;
  private sent: ClientRequest | undefined;
  private head: IncomingMessage | undefined;
  private startedMs: number | null = null;
  private reused = false;
  private ended = false;
  private timer: NodeJS.Timeout | undefined;
  private stopWaiting = () => {};

  constructor(
    private readonly target: Target,
    private readonly connections: Connections,
    private readonly turn: Turn,
    private readonly done: (outcome: Outcome) => void,
  ) {}

  begin(): void {
    this.limit('not-started');
    this.stopWaiting = this.connections.acquire((agent) => this.send(agent));
  }

  private send(agent: Agent): void {
    this.agent = agent;
    const { url, headers, upload } = this.target;
    // The agent says whether it is sent over TLS.
    this.sent = request(url, { agent, headers, method: upload ? 'POST' : 'GET' })
      .once('socket', (socket) => this.started(socket))
      .once('response', (response) => this.answered(response))
      .on('error', (error) => this.fail(error));
    if (upload) sendSlowly(this.sent, upload);
    else this.sent.end();
  }

  private started(socket: Socket): void {
    this.startedMs = this.turn.now();
    this.reused = hasAnswered.has(socket);
    this.limit('timeout');
  }

  private answered(response: IncomingMessage): void {
    this.head = response;
    hasAnswered.add(response.socket);
    const status = response.statusCode ?? 0;
    let body = '';
    if (status === 200) response.resume();
    else
      response.setEncoding('utf8').on('data', (text: string) => (body += text.slice(0, keptBodyLength - body.length)));
    response.once('end', () => this.end(null, status === 200 ? null : originOf(status, response.headers, body)));
    response.on('error', (error) => this.fail(error));
  }

  private limit(kind: ErrorKind): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.end(kind, null);
      this.sent?.destroy();
    }, this.target.timeoutMs);
  }

  private fail(error: Error): void {
    const failure = failureOf(error, this.reused, this.head !== undefined);
    this.end(failure.error, failure.detail);
  }

  /** The first end counts: a connection that breaks reports it twice, and one that is given up reports that too. */
  private end(error: ErrorKind | null, detail: string | null): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.stopWaiting();
    const { head, startedMs, turn } = this;
    const { number, scheduledMs } = turn;
    const endedMs = turn.now();
    const latencyMs = Math.round((endedMs - scheduledMs) * 10) / 10;
    const status = head?.statusCode ?? null;
    const version = head?.headers['x-version']?.toString() ?? null;
    this.done({ number, scheduledMs, startedMs, endedMs, latencyMs, status, version, error, detail });
    if (this.agent) this.connections.release(this.agent);
  }
}
