/**
 * Every name that one part of the project writes and another reads. A version is an immutable identity, so all names
 * derive from the service's name and the version's, and nothing is ever relabelled under traffic.
 */

/** Kubernetes limits label values and Service names to 63 characters. */
export const longestName = 63;

/** An RFC 1035 label: what a Service may be called, and a safe subset of what a Deployment may be called. */
export const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

export const labels = { app: 'app', version: 'version' } as const;

/** Annotations that handover writes; the record of a release under way lives on the VirtualService. */
export const annotations = {
  release: 'handover/release',
  request: 'handover/request',
  contentHash: 'handover/content-hash',
} as const;

/** The field manager of every server-side apply. */
export const fieldManager = 'handover';

/** The Lease that the driver holds. Each service has its own: two in one namespace can be released at once. */
export function lockName({ name }: { readonly name: string }): string {
  return `handover-${name}`;
}

/** Deployment, ConfigMap, PodDisruptionBudget and HorizontalPodAutoscaler of one version share one name. */
export function versionedName(name: string, version: string): string {
  return `${name}-${version}`;
}

/** The address by which proxies know the Service. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** Istio's word for all sidecars, in the list of gateways of a route. */
export const meshGateway = 'mesh';
