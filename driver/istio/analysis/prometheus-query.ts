/**
 * One instant query. https://prometheus.io/docs/prometheus/latest/querying/api/
 * Never throws: what went wrong is why the measurement is missing. Credentials are in no reason: reasons are logged.
 */
import type { Measurement } from './judge';
import { readAnswer, shorten } from './prometheus-answer';

export interface Query {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** The value of the header of that name. */
  readonly authorization?: string | undefined;
}

/** The answer to a query for one number is far smaller; that of a query for all series may not fit into memory. */
const mostBytes = 1_000_000;

export async function measure(address: string, query: string, options: Query): Promise<Measurement> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const seconds = options.timeoutMs / 1000;
  try {
    const response = await options.fetch(urlOf(address, query, seconds), {
      headers: options.authorization === undefined ? {} : { authorization: options.authorization },
      // A login page is no answer, and another server is not the one that was to be trusted.
      redirect: 'manual',
      signal: AbortSignal.any([options.signal, timeout]),
    });
    if (response.status >= 300 && response.status < 400) return { missing: redirected(response) };
    const body = await readBody(response);
    return body === undefined ? { missing: 'the answer is longer than one number' } : readAnswer(response.status, body);
  } catch (error) {
    if (timeout.aborted) return { missing: `Prometheus did not answer within ${seconds} s` };
    return { missing: `Prometheus could not be asked: ${causeOf(error)}` };
  }
}

function urlOf(address: string, query: string, seconds: number): URL {
  const url = new URL(`${address.replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', query);
  // Prometheus should stop when nobody listens any more.
  url.searchParams.set('timeout', `${seconds}s`);
  return url;
}

/** Undefined when it is too long; the rest is then not read. */
async function readBody(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > mostBytes) return undefined;
  }
  return text;
}

/** What follows the path may be a token. */
function redirected({ status, headers, url }: Response): string {
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const where = target ? shorten(target.origin + target.pathname) : 'nowhere';
  return `Prometheus answered with status ${status}, a redirect to ${where}: if that is Prometheus, give its address`;
}

/** fetch says only "fetch failed"; the reason is underneath, and its own text may be empty. */
function causeOf(error: unknown): string {
  const { cause, name } = error as { name?: string; cause?: { code?: string; message?: string } };
  return shorten([cause?.code, cause?.message].filter(Boolean).join(' ')) || (name ?? 'unknown');
}
