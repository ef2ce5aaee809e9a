/** Writes replies. The only place that writes heads, so that version and draining are on every one of them. */
import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange';
import type { Reply } from './reply';

/** How long an answered client may go on uploading before the connection is closed under it. */
const lingerMs = 500;

export async function send(exchange: Exchange, reply: Reply, version: string, isDraining: boolean): Promise<void> {
  if (exchange.isSettled) return;
  const { request, response } = exchange;
  response.writeHead(reply.status, headersOf(reply, version, closesAfter(exchange, reply, isDraining)));
  if (request.complete) {
    response.end(reply.body);
    return;
  }
  // Closing a socket with unread bytes resets it, and a reset destroys the answer on its way: read on for a while.
  response.flushHeaders();
  response.write(reply.body);
  await received(request);
  response.end();
}

function closesAfter(exchange: Exchange, reply: Reply, isDraining: boolean): boolean {
  const { connection } = exchange;
  const closes = isDraining || connection.isBroken || reply.closesConnection === true;
  if (!closes || !connection.isLast(exchange)) return false;
  connection.hasAnnouncedClose = true;
  return true;
}

export function headersOf(reply: Reply, version: string, closes: boolean): Record<string, string | number> {
  return {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.body),
    'x-version': version,
    ...reply.headers,
    ...(closes ? { connection: 'close' } : {}),
  };
}

function received(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', done).once('close', done).resume();
  });
}
