/** Answers to what never became a request: node:http has parsed no head, so there is no response object to write to. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Connection } from './connection';
import { refusal, type Reply } from './reply';
import { headersOf } from './send';

export const malformedRoute = 'malformed';

const lingerMs = 500;

export const lateRequest = refusal(408, 'the request took too long to arrive');

const replies: Readonly<Record<string, Reply>> = {
  HPE_HEADER_OVERFLOW: refusal(431, 'the headers are larger than 16 KiB'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: refusal(413, 'the chunk extensions are larger than 16 KiB'),
  ERR_HTTP_REQUEST_TIMEOUT: lateRequest,
};

/** Returns the status that was answered, or undefined if nobody could be answered or a request will be, in its turn. */
export function answerMalformed(error: NodeJS.ErrnoException, stream: Duplex, version: string): number | undefined {
  const socket = stream as Socket;
  const connection = Connection.of(socket);
  // Every further chunk of a broken connection fails again.
  if (connection.isBroken) return undefined;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const reply = replies[error.code ?? ''] ?? refusal(400, 'not an HTTP request');
  connection.break(reply);
  if (connection.isBusy) return undefined;
  writeRaw(socket, reply, version);
  return reply.status;
}

export function writeRaw(socket: Duplex, reply: Reply, version: string): void {
  const headers = Object.entries(headersOf(reply, version, true)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status]}\r\n${headers.join('')}\r\n${reply.body}`);
  // Reads on, because closing with unread bytes would reset the connection before the answer has arrived.
  socket.resume();
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
