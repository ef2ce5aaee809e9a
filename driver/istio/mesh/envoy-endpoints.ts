/**
 * The endpoints of clusters by /config_dump: filtered by name in every Envoy, where /clusters is only from 1.38 on. It tells of each
 * whether Envoy sends to it, and counts nothing.
 */
import * as z from 'zod';
import type { Address } from './live-endpoints';
import { parsedOnce } from './parsed-once';

export function endpointsPath(clusters: string): string {
  return `/config_dump?include_eds&resource=dynamic_endpoint_configs&name_regex=${encodeURIComponent(clusters)}`;
}

const socket = z.object({ socket_address: z.object({ address: z.string() }) });

/** Undefined of an endpoint that is no socket. */
export function addressIn(address: unknown): Address {
  return socket.safeParse(address).data?.socket_address.address;
}

const lbEndpoint = z.object({
  health_status: z.string().optional(),
  endpoint: z.object({ address: z.unknown() }).optional(),
});

const dump = z.object({
  configs: z
    .array(
      z.object({
        endpoint_config: z.object({
          cluster_name: z.string(),
          endpoints: z.array(z.object({ lb_endpoints: z.array(lbEndpoint).default([]) })).default([]),
        }),
      }),
    )
    .default([]),
});

/** By the name of the cluster. Envoy calls one HEALTHY when discovery says so, and nothing has ejected it. */
export const healthyAddresses = parsedOnce((answer): ReadonlyMap<string, readonly Address[]> => {
  const { configs } = dump.parse(JSON.parse(answer));
  const counted = configs.map(({ endpoint_config: { cluster_name: name, endpoints } }) => {
    const healthy = endpoints.flatMap((each) => each.lb_endpoints).filter((one) => one.health_status === 'HEALTHY');
    return [name, healthy.map(({ endpoint }) => addressIn(endpoint?.address))] as const;
  });
  return new Map(counted);
});
