/** Clusters and endpoints as Envoy's admin port shows them. */
import type { Endpoints } from './addresses';

const typeOf = (message: string) => ({ '@type': `type.googleapis.com/${message}` });

export function dumpedCluster(name: string): object {
  return {
    ...typeOf('envoy.admin.v3.ClustersConfigDump.DynamicCluster'),
    cluster: { ...typeOf('envoy.config.cluster.v3.Cluster'), name },
  };
}

const onPort = (address: string) => ({ socket_address: { address, port_value: 8080 } });

/** From /clusters?format=json. */
export function clusterStatus(name: string, endpoints: Endpoints): object {
  const counters = ['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total'];
  const gauges = ['cx_active', 'rq_active'].map((gauge) => ({ type: 'GAUGE', name: gauge }));
  return {
    name,
    added_via_api: true,
    host_statuses: endpoints.map((address) => ({
      address: onPort(address),
      stats: [...counters.map((counter) => ({ name: counter })), ...gauges],
      health_status: { eds_health_status: 'HEALTHY' },
      weight: 1,
      locality: {},
    })),
    circuit_breakers: {
      thresholds: [
        {
          max_connections: 4294967295,
          max_pending_requests: 4294967295,
          max_requests: 4294967295,
          max_retries: 4294967295,
        },
        { priority: 'HIGH', max_connections: 1024, max_pending_requests: 1024, max_requests: 1024, max_retries: 3 },
      ],
    },
    observability_name: `${name};`,
    eds_service_name: name,
  };
}

/** From /config_dump?include_eds. */
export function dumpedEndpoints(name: string, endpoints: Endpoints): object {
  return {
    ...typeOf('envoy.admin.v3.EndpointsConfigDump.DynamicEndpointConfig'),
    endpoint_config: {
      ...typeOf('envoy.config.endpoint.v3.ClusterLoadAssignment'),
      cluster_name: name,
      endpoints: [
        {
          locality: {},
          lb_endpoints: endpoints.map((address) => ({
            endpoint: { address: onPort(address), health_check_config: {} },
            health_status: 'HEALTHY',
            load_balancing_weight: 1,
          })),
          load_balancing_weight: 0,
        },
      ],
      policy: { overprovisioning_factor: 140 },
    },
  };
}
