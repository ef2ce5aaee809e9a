/** A body that takes its time, as from a client with a slow line: what buffers bodies holds the request meanwhile. */
import type { ClientRequest } from 'node:http';

export interface Upload {
  readonly bytes: number;
  /** From the first byte to the last. */
  readonly durationMs: number;
}

const pieces = 20;

/** A request that has failed meanwhile is sent nothing more. */
export function sendSlowly(request: ClientRequest, { bytes, durationMs }: Upload): void {
  const piece = Buffer.alloc(Math.ceil(bytes / pieces), 'x');
  let sent = 0;
  const sendPiece = () => {
    if (request.destroyed || request.writableEnded) return clearInterval(timer);
    sent += 1;
    if (sent < pieces) return void request.write(piece);
    clearInterval(timer);
    request.end(piece);
  };
  const timer = setInterval(sendPiece, durationMs / (pieces - 1));
  request.once('close', () => clearInterval(timer));
  sendPiece();
}
