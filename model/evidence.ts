/**
 * By what the driver knows that proxies hold what was written. proxy: their own configuration was read. probe: each gateway
 * answered requests of the driver by it. assumed: a stated time has passed, and nobody was asked.
 */
export const grades = ['proxy', 'probe', 'assumed'] as const;
export type Grade = (typeof grades)[number];

/** The request header that only probes carry, and the response header that names the route which answered one. */
export const probeHeader = 'x-handover-probe';
export const probedRouteHeader = 'x-handover-route';

/** What a probe carries: of the route itself, or of one version. The key is known to nobody outside the cluster. */
export function probeValue(key: string, version?: string): string {
  return version === undefined ? key : `${key}.${version}`;
}
