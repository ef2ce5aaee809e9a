/** What is in the mesh beside the service that is released: the same for every Envoy of it. */

/** How the simulated mesh is made. */
export interface MeshShape {
  /** Services of the mesh, each known to every sidecar. */
  readonly services: number;
  /** Over how many ports they are spread; a sidecar has one route configuration for each. */
  readonly ports: number;
  /** The version of the Envoys, such as 1.38: what their admin port can filter depends on it. */
  readonly envoy: string;
}

export const releasedPort = 8080;

export interface MeshService {
  readonly host: string;
  readonly port: number;
}

/** Names of usual length. Those of the first port share a route configuration with the service that is released. */
export function servicesOf({ services, ports }: MeshShape): MeshService[] {
  return Array.from({ length: services }, (_, index) => ({
    host: `backend-service-${index}.team-${index % 40}.svc.cluster.local`,
    port: releasedPort + (index % ports),
  }));
}

/** As Istio names it. */
export function clusterName(port: number, subset: string, host: string): string {
  return `outbound|${port}|${subset}|${host}`;
}
