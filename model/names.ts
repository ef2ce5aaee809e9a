/**
 * Every name that one part of the project writes and another reads. A version is an immutable identity, so all names
 * derive from the service's name and the version's, and nothing is ever relabelled under traffic.
 */

/** Kubernetes limits label values and Service names to 63 characters. */
export const longestName = 63;

/** An RFC 1035 label: what a Service may be called, and a safe subset of what a Deployment may be called. */
export const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** What a version may be called: any value of a Kubernetes label, such as v2, 1.5.0, 2024-11-05 or a commit hash. */
export const labelValue = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** On every object of a service; the version only on objects that one version has for itself. */
export const labels = { service: 'handover/service', version: 'handover/version' } as const;

/** Beside those. Selectors and subsets choose pods by these two, and Istio's telemetry reads them. */
export const selectorLabels = { app: 'app', version: 'version' } as const;

/** What a Deployment puts on its pods: another one for each pod template. */
export const templateHashLabel = 'pod-template-hash';

/** Annotations that handover writes; the record of a release under way lives on the VirtualService. */
export const annotations = {
  release: 'handover/release',
  request: 'handover/request',
  contentHash: 'handover/content-hash',
  /** The names of the routes that share the split: `web,api`. */
  splitRoutes: 'handover/split-routes',
  /** The names of the routes that have a version of their own: `beta=v2,other=v1`. */
  pinnedRoutes: 'handover/pinned-routes',
  /** During a release: how destinations were written before it, where that is not how synth writes them. */
  atRest: 'handover/at-rest',
  /** During a release, on the DestinationRule: `<release id>.<digest>` of its spec as the release wrote it last. */
  written: 'handover/written',
  /** During a release, on the Deployment of an adopted version: the service whose release has paused it. */
  paused: 'handover/paused',
} as const;

/** The route that synth writes for everyone. Its name says no split, so that it stays from one split to the next. */
export const splitRoute = 'split';

/** The field manager of whatever the driver creates, patches or applies. */
export const fieldManager = 'handover';

/** The Lease that the driver holds. Each service has its own: two in one namespace can be released at once. */
export function lockName({ name }: { readonly name: string }): string {
  return `handover-${name}`;
}

/** The environment variable by which a driver knows that it goes on with the command of a process that was killed: a Job sets it. */
export const commandVariable = 'HANDOVER_COMMAND';

/** The account that a driver runs as inside the cluster. Each service has its own: one driver never touches another's. */
export function accountName({ name }: { readonly name: string }): string {
  return `handover-${name}`;
}

/** The ConfigMap with a copy of the release under way, and the history of releases. */
export function stateName({ name }: { readonly name: string }): string {
  return `handover-state-${name}`;
}

/**
 * On that ConfigMap, and not the labels of the service: it is in no manifest, belongs to no version, and outlives all of them.
 */
export const managedBy = { 'app.kubernetes.io/managed-by': 'handover' } as const;

/** The EndpointSlice that a rolling update has for a moment. */
export function bridgeName({ name }: { readonly name: string }): string {
  return `${name}-bridge`;
}

/**
 * The subset of a version: its name as a DNS label, so `1.5.0_RC` has the subset `1-5-0-rc`. Istio refuses a subset name
 * with a dot. The labels carry the version as written.
 */
export function subsetName(version: string): string {
  return version.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

/** Deployment, ConfigMap, PodDisruptionBudget and HorizontalPodAutoscaler of one version share one name. */
export function versionedName(name: string, version: string): string {
  return `${name}-${subsetName(version)}`;
}

/** The address by which proxies know the Service. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** A Gateway's ports. The Service in front of the gateway's pods may map them to other ports of theirs. */
export const gatewayPorts = { http: 80, https: 443 } as const;

/** In the release file, the Gateway that is made for the service. */
export const ownGateway = 'own';

/** Istio's word for all sidecars, in the list of gateways of a route. */
export const meshGateway = 'mesh';

/** `reference` is `name` or `NAMESPACE/name`, in the list of gateways of a VirtualService of `namespace`. */
export function gatewayNamed(
  reference: string,
  namespace: string,
): { readonly name: string; readonly namespace: string } {
  const [name = '', own = namespace] = reference.split('/').reverse();
  return { name, namespace: own };
}
