/** A connection to a port of a pod, through the API server: what `kubectl port-forward` opens. */
import { EventEmitter } from 'node:events';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { PortForward, type KubeConfig } from '@kubernetes/client-node';
import type { PodAddress } from './objects';

/** The API server refused to open it: a missing right, or a pod that is gone. */
export class TunnelRefused extends Error {
  constructor(
    readonly status: number | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** The part of a WebSocket of the package ws that is used here; client-node hands one out without its types. */
interface Socket {
  onclose: () => void;
  onerror: (event: { readonly message: string }) => void;
  terminate(): void;
  /** The connection itself, which has no public name. */
  readonly _socket?: { ref(): void; unref(): void };
}

export class Tunnel extends Duplex {
  /** What client-node listens to, in place of a whole stream: with a thousand tunnels those would take most of the memory. */
  private readonly toPod = new EventEmitter();
  private socket: Socket | undefined;
  isOver = false;

  private constructor(private readonly port: number) {
    super();
    // It may fail between two requests, when nobody listens; the next request then reports it.
    this.on('error', () => undefined);
  }

  static async open(config: KubeConfig, { namespace, pod }: PodAddress, port: number): Promise<Tunnel> {
    const tunnel = new Tunnel(port);
    const output = written((chunk) => tunnel.receive(chunk));
    const problems = written((chunk) => tunnel.fail(String(chunk)));
    try {
      const forward = new PortForward(config);
      const socket: unknown = await forward.portForward(
        namespace,
        pod,
        [port],
        output,
        problems,
        tunnel.toPod as Readable,
      );
      tunnel.attach(socket as Socket);
    } catch (error) {
      throw refusalOf(error);
    }
    return tunnel;
  }

  private attach(socket: Socket): void {
    this.socket = socket;
    socket.onclose = () => {
      this.isOver = true;
      this.push(null);
    };
    socket.onerror = (event) => void this.destroy(new Error(event.message));
  }

  private receive(chunk: Buffer): void {
    // Both streams begin with the number of the port, which leaves an empty chunk behind.
    if (!this.destroyed && chunk.length > 0) this.push(chunk);
  }

  private fail(problem: string): void {
    if (problem === '') return;
    const isClosed = problem.includes('connection refused');
    this.destroy(new Error(isClosed ? `nothing listens on port ${this.port}` : problem.trim().slice(0, 300)));
  }

  override _read(): void {
    // Data is pushed as it comes: whoever reads an answer limits its size.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.toPod.emit('data', chunk);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.toPod.removeAllListeners();
    // Not close(): the kubelet answers a closing handshake a second late, and a gate opens many tunnels a second.
    this.socket?.terminate();
    done(error);
  }

  unref(): void {
    this.socket?._socket?.unref();
  }

  ref(): void {
    this.socket?._socket?.ref();
  }
}

/** client-node calls nothing but this of the streams that it writes to. */
function written(write: (chunk: Buffer) => void): Writable {
  return { write } as unknown as Writable;
}

/** The WebSocket client reports a refused upgrade as an event, with the status in its message. */
function refusalOf(error: unknown): TunnelRefused {
  const message = (error as { message?: string }).message ?? String(error);
  const status = /Unexpected server response: (\d+)/.exec(message)?.[1];
  return new TunnelRefused(status === undefined ? undefined : Number(status), message);
}
