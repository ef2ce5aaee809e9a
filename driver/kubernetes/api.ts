/**
 * Requests to the API server. Each is tried again when the server is busy or gone for a moment. That is safe for writes too,
 * as each is conditioned: one that took effect before the connection broke is refused with 409 the second time.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { fieldManager, messageOf } from '../../model';
import type { List } from './objects';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** The address of the API server, and the credentials: a Connection, or a stand-in of a test. */
export interface Entry {
  readonly server: URL;
  applyToHTTPSOptions(options: RequestOptions): Promise<void>;
  /** Hears, once, that no answer comes and that it is tried again: nobody should look at a silent terminal. */
  tell?(text: string): void;
}

/** The API server answered, and it was not a success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly request: Pick<ApiRequest, 'method' | 'path'>,
    /** How long the API server wants to be left alone; undefined when it does not say. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export type Selector = Readonly<Record<string, string>>;

/** A megabyte of pods: more of them at once, and parsing them holds up the loop, and fills the memory. */
const pageSize = 100;
const requestTimeoutMs = 10_000;
/** About twelve seconds in all: an API server that restarts is back by then. */
const retryDelaysMs: readonly number[] = [100, 200, 400, 800, 1_500, 3_000, 3_000, 3_000];
/** Nobody waits longer because a server says so. */
const longestRetryAfterMs = 10_000;
/** After about a second and a half: shorter breaks are nobody's concern. */
const toldAttempt = 4;
const passingStatus = new Set([429, 500, 502, 503, 504]);
const passingCode = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);

export class Api {
  /** The API server's own clock, in whole seconds, as its last answer told it in the header Date; 0 before the first. */
  serverMs = 0;
  private hasTold = false;

  constructor(
    private readonly entry: Entry,
    private readonly sleep: (ms: number) => Promise<unknown> = (ms) => delay(ms),
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>({ method: 'GET', path });
  }

  /** Undefined when there is no such object. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /**
   * In pages: thousands of pods in one answer are tens of megabytes. `keep` says what of a page outlives it. Pages are of one moment, which
   * the API server forgets after some minutes (410): then of a new one.
   */
  async list<T, K = T>(path: string, selector: Selector, keep?: (page: readonly T[]) => readonly K[]): Promise<K[]> {
    const anew = (error: unknown) => {
      if (error instanceof ApiError && error.status === 410) return this.pages(path, selector, keep);
      throw error;
    };
    return this.pages(path, selector, keep).catch(anew);
  }

  private async pages<T, K>(
    path: string,
    selector: Selector,
    keep: (page: readonly T[]) => readonly K[] = (page) => page as readonly unknown[] as readonly K[],
  ): Promise<K[]> {
    const query = { ...selecting(selector), limit: String(pageSize) };
    const found: K[] = [];
    let next = '';
    do {
      const page = await this.send<List<T>>({ method: 'GET', path, query: { ...query, ...continuing(next) } });
      found.push(...keep(page.items));
      next = page.metadata?.continue ?? '';
    } while (next !== '');
    return found;
  }

  create(path: string, body: unknown): Promise<unknown> {
    return this.send({ method: 'POST', path, query: { fieldManager }, body });
  }

  merge(path: string, body: unknown): Promise<unknown> {
    const contentType = 'application/merge-patch+json';
    return this.send({ method: 'PATCH', path, query: { fieldManager }, body, contentType });
  }

  async send<T>(request: ApiRequest): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await this.once(request)) as T;
      } catch (error) {
        const delayMs = retryDelaysMs[attempt];
        if (delayMs === undefined || !mayPass(error)) throw error;
        if (attempt === toldAttempt) this.tell(error);
        await this.sleep(Math.max(delayMs, askedDelayMs(error)));
      }
    }
  }

  /** For what is not worth waiting for. */
  async sendOnce<T>(request: ApiRequest): Promise<T> {
    return (await this.once(request)) as T;
  }

  private tell(error: unknown): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.entry.tell?.(`the API server ${this.entry.server.host} does not answer (${messageOf(error)}); trying again\n`);
  }

  private async once(request: ApiRequest): Promise<unknown> {
    const { server } = this.entry;
    const query = new URLSearchParams(request.query).toString();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: RequestOptions = {
      method: request.method,
      host: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port,
      path: `${server.pathname.replace(/\/$/, '')}${request.path}${query ? `?${query}` : ''}`,
      timeout: requestTimeoutMs,
      headers: { Accept: 'application/json', ...contentHeaders(request, body) },
    };
    await this.entry.applyToHTTPSOptions(options);
    const answer = await exchange(server.protocol === 'http:' ? httpRequest : httpsRequest, options, body);
    this.serverMs = answer.serverMs ?? this.serverMs;
    return parse(request, answer);
  }
}

function selecting(selector: Selector): Readonly<Record<string, string>> {
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? {} : { labelSelector: labels.join(',') };
}

function continuing(next: string): Readonly<Record<string, string>> {
  return next === '' ? {} : { continue: next };
}

/** The length is given because node sends the body of a DELETE, and its preconditions, without one otherwise. */
function contentHeaders({ contentType = 'application/json' }: ApiRequest, body: string | undefined) {
  return body === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) };
}

/** An answer that means: not now. The server, or what it depends on, is busy or restarts. */
export function isPassing({ status }: ApiError): boolean {
  return passingStatus.has(status);
}

/** The account lacks the right to it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

function askedDelayMs(error: unknown): number {
  const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  return Math.min(asked, longestRetryAfterMs);
}

function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return isPassing(error);
  return passingCode.has((error as NodeJS.ErrnoException).code ?? '');
}

export function isAbsent(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && error.reason === 'NotFound';
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined when the answer has no date. */
  readonly serverMs: number | undefined;
  readonly retryAfterMs: number | undefined;
}

function exchange(send: typeof httpRequest, options: RequestOptions, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send(options, (response) => {
      const { statusCode: status = 0, headers } = response;
      readText(response).then((text) => resolve({ status, text, ...toldBy(headers) }), reject);
    });
    request.on('timeout', () => request.destroy(noAnswer()));
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

function noAnswer(): Error {
  return Object.assign(new Error(`no answer within ${requestTimeoutMs} ms`), { code: 'ETIMEDOUT' });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(request: ApiRequest, { status, text, retryAfterMs }: Answer): unknown {
  if (status >= 200 && status < 300) return JSON.parse(text);
  const { reason, message } = statusOf(text);
  throw new ApiError(status, reason, message || `the API server answered ${status}`, request, retryAfterMs);
}

/** Proxies before an API server answer in HTML. */
function statusOf(text: string): { reason: string; message: string } {
  try {
    const { reason = '', message = '' } = JSON.parse(text) as { reason?: string; message?: string };
    return { reason, message };
  } catch {
    return { reason: '', message: text.trim().slice(0, 200) };
  }
}
