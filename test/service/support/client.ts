/** Two clients: one that speaks HTTP as others do, and one that sends exactly the bytes it is given. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly body?: string | Buffer;
  /** Without an agent every request has a connection of its own. */
  readonly agent?: Agent;
  readonly headers?: Record<string, string>;
}

export function ask(port: number, path: string, options: Ask = {}): Promise<Answer> {
  const { method = 'GET', body, agent, headers = {} } = options;
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, agent: agent ?? false, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    call.once('error', reject).end(body);
  });
}

export function keepAliveAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

/** The value of one time series, `name` or `name{labels}`; 0 if it has none, as Prometheus counts. */
export async function metric(port: number, series: string): Promise<number> {
  const { body } = await ask(port, '/metrics');
  const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

/** Asks until the answer holds: for states that the service reaches a moment after its client has acted. */
export async function eventually(holds: () => Promise<boolean>, limitMs = 15_000): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`expected this to hold within ${limitMs} ms: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export class RawConnection {
  received = '';
  error: NodeJS.ErrnoException | undefined;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #listeners: (() => void)[] = [];

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.received += chunk;
      this.#listeners.forEach((listener) => listener());
    });
    socket.on('error', (error) => (this.error = error));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  write(bytes: string): this {
    this.#socket.write(bytes, 'latin1');
    return this;
  }

  /** Waits until so many answers have begun to arrive, or the connection has ended. */
  async answers(count: number): Promise<string[]> {
    const enough = new Promise<void>((resolve) => {
      const look = () => this.heads.length >= count && resolve();
      this.#listeners.push(look);
      look();
    });
    await Promise.race([enough, this.closed]);
    return this.heads;
  }

  get heads(): string[] {
    return this.received.match(/HTTP\/1\.1 \d{3}[^]*?\r\n\r\n/g) ?? [];
  }

  get statuses(): number[] {
    return this.heads.map((head) => Number(head.slice(9, 12)));
  }

  /** Closes the client's side only, and reads on. */
  halfClose(): this {
    this.#socket.end();
    return this;
  }

  /** Closes both sides; to the service this begins like a half-close. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Breaks the connection, as the system does for a process that was killed with unread answers. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

export function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: test', ...headers, '', ''].join('\r\n');
}

/** An upload that stays in flight until its client ends it: no test has to guess how long something takes. */
export const uploadHead = ['POST /k8s/demo HTTP/1.1', 'Host: test', 'Transfer-Encoding: chunked', '', ''].join('\r\n');
export const uploadEnd = '0\r\n\r\n';

/** Begins `count` uploads on connections of their own, and returns when the service has read all of them. */
export async function heldUploads(port: number, count: number): Promise<RawConnection[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => RawConnection.open(port)));
  connections.forEach((connection) => connection.write(`${uploadHead}3\r\nabc\r\n`));
  await eventually(async () => (await inFlight(port)) === count);
  return connections;
}

/** Application requests in flight in the service on this port. */
export async function inFlight(port: number): Promise<number> {
  const { body } = await ask(port, '/metrics');
  return Number(/^handover_requests_in_flight\{version="[^"]*"\} (\d+)$/m.exec(body)?.[1]);
}
