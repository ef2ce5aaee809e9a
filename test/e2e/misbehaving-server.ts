/** An HTTP server that treats the n-th request as it is told, and keeps its own count of what it did. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Treatment = (response: ServerResponse, request: IncomingMessage) => void;

export const answer: Treatment = (response) => response.writeHead(200, { 'x-version': 'v1' }).end('ok');
export const reset: Treatment = (response) => response.socket?.resetAndDestroy();
export const closeSilently: Treatment = (response) => response.socket?.destroy();
export const stayAway: Treatment = () => {};
export const breakOff: Treatment = (response) => {
  response.writeHead(200, { 'content-length': 100 }).write('half');
  setTimeout(() => response.socket?.destroy(), 5);
};
export const refuse =
  (status: number, body: string, headers: Record<string, string> = {}): Treatment =>
  (response) =>
    response.writeHead(status, headers).end(body);
export const answerAfter =
  (ms: number): Treatment =>
  (response, request) =>
    setTimeout(() => answer(response, request), ms);

export interface MisbehavingServer {
  readonly url: string;
  /** Requests by the port of the client's end: one key for each connection that carried any. */
  readonly requestsByConnection: Map<number, number>;
  readonly requests: () => number;
  close(): void;
}

export async function misbehavingServer(treatmentOf: (number: number) => Treatment): Promise<MisbehavingServer> {
  let requests = 0;
  const requestsByConnection = new Map<number, number>();
  const server: Server = createServer((request, response) => {
    const port = request.socket.remotePort ?? 0;
    requestsByConnection.set(port, (requestsByConnection.get(port) ?? 0) + 1);
    treatmentOf(requests++)(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requestsByConnection,
    requests: () => requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
