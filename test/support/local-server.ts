/** A real HTTP server on loopback, at a port that the system chooses. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalServer {
  /** host:port */
  readonly address: string;
  readonly close: () => Promise<void>;
}

export async function serve(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** An address at which nothing listens: it was in use a moment ago, and the system does not hand it out again so soon. */
export async function closedAddress(): Promise<string> {
  const { address, close: end } = await serve(() => undefined);
  await end();
  return address;
}
