/** What the platform asks: probes, metrics, and the preStop hook. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '../health';
import type { Metrics } from '../metrics';
import { json, text } from '../reply';
import type { Handler, Route } from '../router';

export function operationsRoutes(health: Health, metrics: Metrics, preStopMs: number): Route[] {
  const operation = (path: string, get: Handler): Route => ({ path, kind: 'operations', get });
  const status = (isGood: boolean) => json(isGood ? 200 : 503, { phase: health.phase });
  return [
    // Liveness does not look at the drain: a pod restarted while it drains loses what it was draining.
    operation('/healthz', () => status(true)),
    operation('/readyz', () => status(health.isReady)),
    operation('/startupz', () => status(health.isStarted)),
    operation('/metrics', async () => text(200, await metrics.render(), metrics.contentType)),
    operation('/prestop', async ({ signal }) => {
      await delay(preStopMs, AbortSignal.any([signal, health.draining]));
      return json(200, { phase: health.phase });
    }),
  ];
}

/** A hook that is still waiting when SIGTERM arrives has nothing left to delay, and must not hold the drain. */
async function delay(ms: number, until: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: until }).catch(() => undefined);
}
