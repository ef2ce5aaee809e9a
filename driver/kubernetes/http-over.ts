/** HTTP over a connection that somebody else opened: GETs one after the other, bounded in size. */
import { Agent, get, type ClientRequestArgs, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

export type Get = (path: string) => Promise<string>;
export type SignalledGet = (path: string, signal: AbortSignal) => Promise<string>;

/** There is an answer, and it is no success. */
export class OtherStatus extends Error {}

export function httpOver(connection: Duplex, maxBytes: number): SignalledGet {
  const agent = new OneConnection(connection);
  return (path, signal) =>
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
  throw new OtherStatus(`it answered ${response.statusCode}: ${text.trim().slice(0, 200)}`);
}
