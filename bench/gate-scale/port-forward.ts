/** The kubelet's end of a port-forward: WebSocket messages with a channel in front, and HTTP inside (KEP-4006's older form). */
import type { IncomingMessage } from 'node:http';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** Channel 0 is data, channel 1 errors; each begins with the port in two bytes. */
const channels = [0, 1];

export class PortForwards {
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
  private readonly http: Server;

  constructor(
    listener: RequestListener,
    private readonly counted: (bytes: number) => void,
  ) {
    this.http = createServer({ keepAliveTimeout: 0 }, listener);
  }

  /** `name` is told to the listener in the header of each request's socket. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, pod: string, port: number): void {
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const begin = Buffer.alloc(3);
      begin.writeUInt16LE(port, 1);
      for (const channel of channels) {
        begin.writeUInt8(channel, 0);
        webSocket.send(Buffer.from(begin));
      }
      this.http.emit('connection', new Forwarded(webSocket, pod, port, this.counted));
    });
  }
}

/** What the pod's program sees of the connection. */
export class Forwarded extends Duplex {
  constructor(
    private readonly webSocket: WebSocket,
    readonly pod: string,
    readonly port: number,
    private readonly counted: (bytes: number) => void,
  ) {
    super();
    webSocket.on('message', (data: Buffer) => {
      if (data.toString('latin1').split('\r\n\r\n').length > mostQuestions + 1) return void this.destroy();
      this.push(data.subarray(1));
    });
    webSocket.on('close', () => this.destroy());
    webSocket.on('error', () => this.destroy());
    this.on('error', () => undefined);
  }

  override _read(): void {
    // Messages are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.counted(chunk.length);
    // The kubelet reads 32 kB at a time.
    for (let at = 0; at < chunk.length; at += frameBytes) {
      this.webSocket.send(Buffer.concat([dataChannel, chunk.subarray(at, at + frameBytes)]));
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.webSocket.terminate();
    done(error);
  }

  setKeepAlive = (): this => this;
  setNoDelay = (): this => this;
  setTimeout = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
}

/** At once: Envoy takes more for a flood. */
const mostQuestions = 2;
const frameBytes = 32 * 1024;
const dataChannel = Buffer.from([0]);
