/** Finds the handler of a request. Paths are matched literally: no decoding, so no two spellings of one route. */
import type { IncomingMessage } from 'node:http';
import { refusal, type Reply } from './reply';

export interface Call {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  /** Aborted when nobody waits for the answer any more, or the request turns out to be malformed. */
  readonly signal: AbortSignal;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** Operations are what the platform asks (probes, metrics): they count neither as load nor as work in flight. */
export type Kind = 'application' | 'operations';

export interface Route {
  readonly path: string;
  readonly kind: Kind;
  readonly get: Handler;
  readonly post?: Handler;
}

export interface Match {
  /** The path of the route, never that of the request: a metric label must not grow with what strangers ask. */
  readonly route: string;
  readonly kind: Kind;
  readonly query: URLSearchParams;
  readonly handler: Handler;
}

export const unmatchedRoute = 'unmatched';

export class Router {
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(routes: readonly Route[]) {
    this.#routes = new Map(routes.map((route) => [route.path, route]));
  }

  match(method: string, target: string): Match {
    const { path, query } = splitTarget(target);
    const route = this.#routes.get(path);
    if (!route) return { route: unmatchedRoute, kind: 'application', query, handler: notFound };
    return { route: route.path, kind: route.kind, query, handler: handlerOf(route, method) };
  }
}

function handlerOf(route: Route, method: string): Handler {
  if (method === 'GET' || method === 'HEAD') return route.get;
  if (method === 'POST' && route.post) return route.post;
  const allow = route.post ? 'GET, HEAD, POST' : 'GET, HEAD';
  return () => ({ ...refusal(405, `${route.path} answers ${allow} only`), headers: { allow } });
}

const notFound: Handler = () => refusal(404, 'no such path; the routes are listed in the README of the service');

/** Splits by hand: `new URL` would take the path `//ping` for a host name and throws on others. */
function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = relative.indexOf('?');
  if (mark < 0) return { path: relative, query: new URLSearchParams() };
  return { path: relative.slice(0, mark), query: new URLSearchParams(relative.slice(mark + 1)) };
}
