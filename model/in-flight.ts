/**
 * Where the requests that a pod has in hand are counted. Of the bundled service by its gauge. Of any other program by the pod's
 * own sidecar, through which every request comes, whoever sends it.
 */
import * as z from 'zod';
import { port } from './fields';
import { inFlightMetric, metricsPath } from './service-contract';
import { told } from './told';

const gauge = z
  .strictObject({
    port: port.meta(told("The container's port that answers with metrics.", 9090)),
    path: z
      .string()
      .regex(/^\//, 'a path that begins with /')
      .default(metricsPath)
      .meta(told('Where it answers with them.', '/internal/metrics')),
    gauge: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'the name of a metric')
      .meta(told('A gauge of Prometheus: the requests that the pod is answering now.', 'http_requests_in_flight')),
  })
  .meta(
    told("A pod's requests in flight are counted by a metric of the program.", {
      port: 9090,
      gauge: 'http_requests_in_flight',
    }),
  );

const counter = z
  .enum(['sidecar', 'proxies'])
  .meta(
    told(
      "Where a pod's requests in flight are counted. sidecar: by its own Istio proxy. proxies: only at the proxies that send to it, a weaker grade.",
      'sidecar',
    ),
  );

/** proxies: nobody counts at the pods. A weaker grade, so it has to be chosen. */
export const inFlight = z.union([counter, gauge]);

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
