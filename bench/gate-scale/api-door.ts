/**
 * The API server of the bench: pods and port-forwards are its own, everything else is kept by the fake API server of the tests,
 * which carries out JSON patches and their conditions as a real one.
 */
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { podObject, type MeshPod } from './pods';
import { Forwarded, PortForwards } from './port-forward';
import { Quota } from './quota';
import type { TrafficLog } from './traffic';

export interface Door {
  readonly pods: readonly MeshPod[];
  /** host:port of the API server behind. */
  readonly behind: string;
  readonly traffic: TrafficLog;
  /** Requests and new tunnels that it takes in a second; what is more is refused with 429. 0: all. */
  readonly mostPerSecond: number;
  /** The answer of a pod's port to a path; undefined for what it does not know. */
  readonly ask: (pod: MeshPod, port: number, path: string) => Buffer | undefined;
  /** Something was written at this path. */
  readonly written: (path: string) => void;
}

export class ApiDoor {
  private readonly byName: ReadonlyMap<string, MeshPod>;
  private readonly texts: ReadonlyMap<MeshPod, string>;
  private readonly forwards: PortForwards;
  private readonly quota: Quota;
  private readonly server = createServer((request, response) => this.answer(request, response));

  constructor(private readonly door: Door) {
    this.byName = new Map(door.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
    this.texts = new Map(door.pods.map((pod) => [pod, JSON.stringify(podObject(pod))]));
    this.quota = new Quota(door.mostPerSecond);
    const counted = (bytes: number) => door.traffic.add({ questionBytes: bytes });
    this.forwards = new PortForwards((request, response) => this.answerPod(request, response), counted);
    this.server.on('upgrade', (request, socket: Duplex, head) => this.forward(request, socket, head));
  }

  /** host:port */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.quota.isExceeded()) {
      this.door.traffic.add({ refused: 1 });
      return void response.writeHead(429, { 'Retry-After': '1' }).end('{"reason":"TooManyRequests"}');
    }
    const url = new URL(request.url ?? '', 'http://bench');
    const pods = request.method === 'GET' ? this.podsAt(url) : undefined;
    if (pods === undefined) return this.pass(request, response, url.pathname);
    this.door.traffic.add({ requests: 1, requestBytes: Buffer.byteLength(pods) });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(pods);
  }

  /** The list, in pages if so asked, or one pod; undefined for anything else. */
  private podsAt({ pathname, searchParams }: URL): string | undefined {
    const [, namespace, name] = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods(?:\/([^/]+))?$/.exec(pathname) ?? [
      pathname,
    ];
    if (!/\/pods(\/[^/]+)?$/.test(pathname)) return undefined;
    const known = name === undefined ? undefined : this.byName.get(`${namespace}/${name}`);
    if (name !== undefined) return known && this.texts.get(known);
    const selector = searchParams.get('labelSelector') ?? '';
    const wanted = selector
      .split(',')
      .filter((part) => part !== '')
      .map((part) => part.split('='));
    const all = this.door.pods.filter(
      (pod) =>
        (namespace === undefined || pod.namespace === namespace) &&
        wanted.every(([key = '', value]) => pod.labels[key] === value),
    );
    const from = Number(searchParams.get('continue') ?? 0);
    const to = from + Number(searchParams.get('limit') ?? all.length);
    const metadata = { resourceVersion: '1', ...(to < all.length && { continue: String(to) }) };
    const items = all.slice(from, to).map((pod) => this.texts.get(pod));
    return `{"kind":"PodList","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`;
  }

  private pass(request: IncomingMessage, response: ServerResponse, path: string): void {
    const [host, port] = this.door.behind.split(':');
    const { method = 'GET', url, headers } = request;
    const passed = send({ host, port, method, path: url, headers }, (answer) => {
      const { statusCode = 500 } = answer;
      // Before the answer: whoever has it may look at once.
      if (method !== 'GET' && statusCode < 300) this.door.written(path);
      response.writeHead(statusCode, answer.headers);
      answer.on('data', (chunk: Buffer) => this.door.traffic.add({ requestBytes: chunk.length }));
      answer.pipe(response);
    });
    this.door.traffic.add({ requests: 1 });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  }

  private forward(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.quota.isExceeded()) {
      this.door.traffic.add({ refused: 1 });
      return void socket.end('HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n\r\n');
    }
    const url = new URL(request.url ?? '', 'http://bench');
    const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/portforward$/.exec(url.pathname) ?? [];
    if (!this.byName.has(`${namespace}/${name}`)) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    this.door.traffic.add({ tunnels: 1 });
    this.forwards.accept(request, socket, head, `${namespace}/${name}`, Number(url.searchParams.get('ports')));
  }

  private answerPod(request: IncomingMessage, response: ServerResponse): void {
    const socket: unknown = request.socket;
    if (!(socket instanceof Forwarded)) throw new Error('expected a forwarded connection');
    const pod = this.byName.get(socket.pod);
    const answer = pod && this.door.ask(pod, socket.port, request.url ?? '');
    this.door.traffic.add({ questions: 1 });
    // Envoy's admin port sends an answer without its length, in chunks.
    response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' }).end(answer);
  }
}
