/**
 * Where the requests that a pod has in hand are counted. Of the bundled service by its gauge. Of any other program by the pod's
 * own sidecar, through which every request comes, whoever sends it.
 */
import { z } from 'zod';
import { port } from './fields';
import { inFlightMetric, metricsPath } from './service-contract';

const gauge = z.strictObject({
  port: port.describe("The container's port that answers with metrics"),
  path: z.string().regex(/^\//, 'a path that begins with /').default(metricsPath),
  gauge: z
    .string()
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'the name of a metric')
    .describe('A gauge of Prometheus: the requests that the pod is answering now'),
});

/** proxies: nobody counts at the pods. A weaker grade, so it has to be chosen. */
export const inFlight = z.union([z.enum(['sidecar', 'proxies']), gauge]);

export type InFlightSource = z.output<typeof inFlight>;

export function bundledGauge(servicePort: number): InFlightSource {
  return { port: servicePort, path: metricsPath, gauge: inFlightMetric };
}

interface Counted {
  readonly inFlight: InFlightSource;
  readonly timings: { readonly drainWindowSeconds: number; readonly longestRequestSeconds: number };
}

/** How long nothing may be in flight. A request that no pod counts is over when the longest one would be. */
export function drainWindowSeconds({ inFlight, timings }: Counted): number {
  const { drainWindowSeconds: window, longestRequestSeconds: longest } = timings;
  return inFlight === 'proxies' ? Math.max(window, longest) : window;
}
