/**
 * How the driver knows that proxies have what was written. proxy: it read their configuration. probe: each gateway answered
 * the driver's own requests by the new configuration. assumed: a stated time has passed, and no proxy was asked.
 */
export const grades = ['proxy', 'probe', 'assumed'] as const;
export type Grade = (typeof grades)[number];

/** The request header that only probes carry, and the response header that names the route which answered one. */
export const probeHeader = 'x-handover-probe';
export const probedRouteHeader = 'x-handover-route';

/** The value of the probe header: for the route itself, or for one version. Nobody outside the cluster knows the key. */
export function probeValue(key: string, version?: string): string {
  return version === undefined ? key : `${key}.${version}`;
}
