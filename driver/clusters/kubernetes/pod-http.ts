/** HTTP to a port of a pod: several GETs over one tunnel, bounded in time and size. */
import { Agent, get, type ClientRequestArgs, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { Tunnel, type PodAddress } from './tunnel';

export type Get = (path: string) => Promise<string>;

export interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** An answer of a thousand routes is about three megabytes. */
export const defaultLimits: Limits = { timeoutMs: 2_000, maxBytes: 32 * 1024 * 1024 };

/** Opens a tunnel for one conversation and closes it, however the conversation ends. */
export async function converse<T>(
  config: KubeConfig,
  address: PodAddress,
  port: number,
  conversation: (get: Get) => Promise<T>,
  limits: Limits = defaultLimits,
): Promise<T> {
  const opening = Tunnel.open(config, address, port);
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    return await within(
      signal,
      limits,
      opening.then((tunnel) => conversation(httpOver(tunnel, signal, limits.maxBytes))),
    );
  } finally {
    // Also one that opens after the time is up.
    opening.then(
      (tunnel) => tunnel.destroy(),
      () => undefined,
    );
  }
}

function within<T>(signal: AbortSignal, { timeoutMs }: Limits, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs} ms`)), { once: true });
    work.then(resolve, reject);
  });
}

/** One request at a time, all over the same connection. */
export function httpOver(connection: Duplex, signal: AbortSignal, maxBytes: number): Get {
  const agent = new OneConnection(connection);
  return (path) =>
    new Promise((resolve, reject) => {
      const request = get({ path, agent, signal, host: 'localhost' }, (response) => {
        readAll(response, maxBytes).then(resolve, reject);
      });
      request.on('error', reject);
    });
}

class OneConnection extends Agent {
  constructor(private readonly connection: Duplex) {
    super({ keepAlive: true, maxSockets: 1 });
  }

  override createConnection(_options: ClientRequestArgs): Duplex {
    return this.connection;
  }
}

async function readAll(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) throw new Error(`an answer of more than ${maxBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (response.statusCode === 200) return text;
  throw new Error(`it answered ${response.statusCode}: ${text.trim().slice(0, 200)}`);
}
