import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '../health';
import { json, refusal, Refusal, text } from '../reply';
import { countBytes } from '../request-body';
import type { Handler, Route } from '../router';
import { wholeNumber } from './whole-number';

export interface ApplicationSettings {
  readonly version: string;
  readonly longestTaskMs: number;
}

const defaultTaskMs = 10_000;
const largestBodyBytes = 1024 * 1024;

export function applicationRoutes({ version, longestTaskMs }: ApplicationSettings): Route[] {
  const longTask: Handler = async ({ query, signal }) => {
    const ms = wholeNumber(query, 'ms', Math.min(defaultTaskMs, longestTaskMs), longestTaskMs);
    await sleep(ms, undefined, { signal });
    return json(200, { version, ms });
  };
  const upload: Handler = async ({ request, signal }) =>
    json(200, { version, bytes: await countBytes(request, largestBodyBytes, signal) });
  return [
    { path: '/ping', kind: 'application', get: () => text(200, 'pong') },
    { path: '/version', kind: 'application', get: () => json(200, { version }) },
    { path: '/k8s/demo', kind: 'application', get: () => json(200, { version, pod: hostname() }), post: upload },
    { path: '/k8s/longTask', kind: 'application', get: longTask },
  ];
}

/** A slow start is worth simulating only if traffic that comes too early fails, as it does with a real service. */
export function onceStarted(routes: readonly Route[], health: Health): Route[] {
  const guarded = (handler: Handler): Handler => {
    return (call) => {
      if (!health.isStarted) throw new Refusal(refusal(503, 'still starting'));
      return handler(call);
    };
  };
  return routes.map((route) => ({ ...route, get: guarded(route.get), post: route.post && guarded(route.post) }));
}
