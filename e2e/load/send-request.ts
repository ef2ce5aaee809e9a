/** Sends one request over a borrowed connection and calls back once, with its outcome. Never sends it again. */
import { request, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections';
import { failureOf, originOf } from './failure';
import type { Outcome } from './outcome';

export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Counted from the scheduled time. */
  readonly timeoutMs: number;
}

/** Node's own `reusedSocket` is false for a request that waited until the connection was free. */
const hasAnswered = new WeakSet<Socket>();

/** What follows is read, to find the connection's end, but not kept. */
const keptBodyLength = 200;

export function sendRequest(
  target: Target,
  connections: Connections,
  { number, scheduledMs, now }: { number: number; scheduledMs: number; now: () => number },
  done: (outcome: Outcome) => void,
): void {
  let agent: Agent | undefined;
  let sent: ClientRequest | undefined;
  let head: IncomingMessage | undefined;
  let startedMs: number | null = null;
  let reused = false;
  let ended = false;

  const end = (error: Outcome['error'], detail: string | null) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    giveUp();
    const endedMs = now();
    const version = head?.headers['x-version']?.toString() ?? null;
    const latencyMs = round(endedMs - scheduledMs);
    done({
      number,
      scheduledMs,
      startedMs,
      endedMs,
      latencyMs,
      status: head?.statusCode ?? null,
      version,
      error,
      detail,
    });
    if (agent) connections.release(agent);
  };
  const fail = (problem: Error) => {
    const failure = failureOf(problem, reused, head !== undefined);
    end(failure.error, failure.detail);
  };

  const timer = setTimeout(
    () => {
      end(startedMs === null ? 'not-started' : 'timeout', null);
      sent?.destroy();
    },
    scheduledMs + target.timeoutMs - now(),
  );
  const giveUp = connections.acquire((lent) => {
    agent = lent;
    sent = request(target.url, { agent, headers: target.headers });
    sent.once('socket', (socket) => {
      startedMs = now();
      reused = hasAnswered.has(socket);
    });
    sent.on('error', fail);
    sent.once('response', (response) => {
      head = response;
      hasAnswered.add(response.socket);
      readAnswer(response, (origin) => end(null, origin), fail);
    });
    sent.end();
  });
}

function readAnswer(
  response: IncomingMessage,
  end: (origin: string | null) => void,
  fail: (error: Error) => void,
): void {
  const status = response.statusCode ?? 0;
  let body = '';
  if (status === 200) response.resume();
  else response.setEncoding('utf8').on('data', (text: string) => (body += text.slice(0, keptBodyLength - body.length)));
  response.once('end', () => end(status === 200 ? null : originOf(status, response.headers, body)));
  response.on('error', fail);
}

const round = (ms: number) => Math.round(ms * 10) / 10;
