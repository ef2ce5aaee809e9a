/** A door before the API server that a test can shut: what is open breaks off, and who knocks is refused. Loopback only. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';

interface Kubeconfig {
  readonly clusters: { cluster: { server: string; 'tls-server-name'?: string } }[];
}

export class ApiDoor {
  private door: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  constructor(private readonly server: URL) {}

  async open(): Promise<void> {
    const door = createServer((inside) => this.join(inside));
    await new Promise<void>((resolve) => door.listen(this.port, '127.0.0.1', resolve));
    this.port = (door.address() as AddressInfo).port;
    this.door = door;
  }

  shut(): void {
    this.door?.close();
    this.door = undefined;
    for (const socket of this.sockets) socket.destroy();
  }

  get address(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  private join(inside: Socket): void {
    const outside = connect(Number(this.server.port || 443), this.server.hostname);
    for (const socket of [inside, outside]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
    inside.pipe(outside).pipe(inside);
  }
}

/** An open door, and the kubeconfig that leads through it. */
export async function doorBefore(kubeconfig: string): Promise<{ door: ApiDoor; kubeconfig: string }> {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  if (!cluster) throw new Error(`expected a cluster in ${kubeconfig}, found none`);
  const server = new URL(cluster.server);
  const door = new ApiDoor(server);
  await door.open();
  cluster['tls-server-name'] ??= server.hostname;
  cluster.server = door.address;
  const path = join(dirname(kubeconfig), 'door.kubeconfig');
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return { door, kubeconfig: path };
}
