/** WebSockets that stay open until somebody ends them: a service of them is never idle. */
import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface Streams {
  /** Those that the other side ended, or broke off. */
  readonly cut: number;
  readonly open: number;
  /** The client's own end of those that are open still. */
  close(): void;
}

/** Resolves when all of them are open. */
export async function openStreams(count: number, url: string, host: string): Promise<Streams> {
  const sockets = await Promise.all(Array.from({ length: count }, () => upgraded(url, host)));
  const open = new Set(sockets);
  let cut = 0;
  for (const socket of sockets) {
    socket.resume().on('error', () => {}); // told by its close
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      if (open.delete(socket)) cut += 1;
    });
  }
  return {
    get cut() {
      return cut;
    },
    get open() {
      return open.size;
    },
    close() {
      const all = [...open];
      open.clear();
      all.forEach((socket) => socket.destroy());
    },
  };
}

const handshakeMs = 10_000;

function upgraded(url: string, host: string): Promise<Socket> {
  const key = Buffer.from('a key of 16 byte').toString('base64');
  const headers = {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false, timeout: handshakeMs })
      .once('upgrade', (_response, socket: Socket) => resolve(socket.setTimeout(0)))
      .once('response', ({ statusCode }) => reject(new Error(`expected a WebSocket, found the answer ${statusCode}`)))
      .once('timeout', () => asked.destroy(new Error(`no WebSocket within ${handshakeMs} ms`)))
      .on('error', reject);
    asked.end();
  });
}
