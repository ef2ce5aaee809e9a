/**
 * Requests to the API server. Each is tried again when the server is busy or gone for a moment. That is safe for writes too,
 * as each is conditioned: one that took effect before the connection broke is refused with 409 the second time.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { fieldManager, messageOf } from '../../model';
import { exchange, requestTimeoutMs, type Answer } from './exchange';
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
  /** Aborted when a person stops this process: nobody waits for long any more. */
  readonly stop?: AbortSignal;
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
/** About twelve seconds in all: an API server that restarts is back by then. */
const retryDelaysMs: readonly number[] = [100, 200, 400, 800, 1_500, 3_000, 3_000, 3_000];
/** Of a process that was told to stop: the lock is worth another try, and a person waits for the end. */
const stoppedDelaysMs: readonly number[] = [200, 400];
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

/** Ends early, without an error, when `stop` is aborted. */
type Sleep = (ms: number, stop?: AbortSignal) => Promise<unknown>;

export class Api {
  /** The API server's own clock, in whole seconds, as its last answer told it in the header Date; 0 before the first. */
  serverMs = 0;
  private hasTold = false;

  constructor(
    private readonly entry: Entry,
    private readonly sleep: Sleep = (ms, stop) => delay(ms, undefined, { signal: stop }).catch(() => undefined),
  ) {}

  /** Aborted when a person stops this process. */
  get stop(): AbortSignal | undefined {
    return this.entry.stop;
  }

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
        if (!mayPass(error) || !(await this.waitBefore(attempt + 1, error))) throw error;
      }
    }
  }

  /** False: that many tries are enough. */
  private async waitBefore(attempt: number, error: unknown): Promise<boolean> {
    const { stop } = this;
    const isStopped = stop?.aborted ?? false;
    const delayMs = (isStopped ? stoppedDelaysMs : retryDelaysMs)[attempt - 1];
    if (delayMs === undefined || (isStopped && isSilence(error))) return false;
    if (attempt - 1 === toldAttempt) this.tell(error);
    await (isStopped ? this.sleep(delayMs) : this.sleep(Math.max(delayMs, askedDelayMs(error)), stop));
    return true;
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
    const { server, stop } = this.entry;
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
    const send = server.protocol === 'http:' ? httpRequest : httpsRequest;
    const answer = await exchange(send, options, body, stop);
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

/** No answer at all, for as long as is waited for one. */
function isSilence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ETIMEDOUT';
}

export function isAbsent(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && error.reason === 'NotFound';
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
