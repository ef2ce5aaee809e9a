/** Misbehaviour on demand, so that others can test what a release does with a sick version. All of it is off by default. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultSettings } from './config';
import { refusal } from './reply';
import type { Handler, Route } from './router';

/** Gives every application route under /k8s/ the configured delay and share of errors. */
export function withFaults(routes: readonly Route[], { delayMs, errorPercent }: FaultSettings): Route[] {
  if (delayMs === 0 && errorPercent === 0) return [...routes];
  return routes.map((route) => {
    if (!route.path.startsWith('/k8s/')) return route;
    const fails = evenShare(errorPercent);
    const faulty =
      (handler: Handler): Handler =>
      async (call) => {
        if (delayMs > 0) await sleep(delayMs, undefined, { signal: call.signal });
        return fails() ? refusal(500, `FAULT_ERROR_PERCENT is ${errorPercent}`) : handler(call);
      };
    return { ...route, get: faulty(route.get), post: route.post && faulty(route.post) };
  });
}

/** True for exactly `percent` of each hundred calls, evenly spread: a test can count on it, unlike on a coin. */
export function evenShare(percent: number): () => boolean {
  let calls = 0;
  return () => Math.floor((++calls * percent) / 100) > Math.floor(((calls - 1) * percent) / 100);
}
