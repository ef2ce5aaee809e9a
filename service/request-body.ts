import type { IncomingMessage } from 'node:http';
import { refusal, Refusal } from './reply';

/** Counts a body without keeping it. Over the limit it refuses at once; send.ts reads on for a while and closes. */
export function countBytes(request: IncomingMessage, limitBytes: number, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const tooLarge = new Refusal({
    ...refusal(413, `the body is larger than ${limitBytes} bytes`),
    closesConnection: true,
  });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge;
  return new Promise((resolve, reject) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) reject(tooLarge);
    });
    request.once('end', () => resolve(bytes));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
