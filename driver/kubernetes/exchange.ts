/** One request and its answer, whole: by no means a success yet. */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, request } from 'node:http';
import type { RequestOptions } from 'node:https';

export const requestTimeoutMs = 10_000;
/** Of a question alone: a write that is under way may still take effect, and the lock is not given back before that is known. */
const stoppedTimeoutMs = 1_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined when the answer has no date. */
  readonly serverMs: number | undefined;
  readonly retryAfterMs: number | undefined;
}

/** `options` have the method and the limit of time; a question is given less of it when the process is told to stop. */
export function exchange(
  send: typeof request,
  options: RequestOptions,
  body: string | undefined,
  stop: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send(options, (response) => {
      const { statusCode: status = 0, headers } = response;
      readText(response).then((text) => resolve({ status, text, ...toldBy(headers) }), reject);
    });
    if (stop && request.method === 'GET') hurry(request, stop);
    request.on('timeout', () => request.destroy(noAnswer(requestTimeoutMs)));
    request.on('error', reject);
    request.end(body);
  });
}

function toldBy(headers: IncomingHttpHeaders): Omit<Answer, 'status' | 'text'> {
  // A date, its other form, is none that an API server sends.
  const seconds = Number(headers['retry-after'] || NaN);
  return { serverMs: timeIn(headers.date), retryAfterMs: seconds >= 0 ? seconds * 1000 : undefined };
}

function timeIn(date: string | undefined): number | undefined {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** From when the process was told to stop. */
function hurry(request: ClientRequest, stop: AbortSignal): void {
  let timer: NodeJS.Timeout | undefined;
  const begin = () => (timer = setTimeout(() => request.destroy(noAnswer(stoppedTimeoutMs)), stoppedTimeoutMs));
  if (stop.aborted) begin();
  else stop.addEventListener('abort', begin, { once: true });
  request.on('close', () => {
    stop.removeEventListener('abort', begin);
    clearTimeout(timer);
  });
}

function noAnswer(withinMs: number): Error {
  return Object.assign(new Error(`no answer within ${withinMs} ms`), { code: 'ETIMEDOUT' });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
