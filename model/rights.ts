/**
 * What the driver may do, and nothing else: each rule is a request that it makes. Where the names of objects are known, a
 * right is limited to them. The names of versions are not known: a version may not be in the file yet, or not any more.
 */
import { bridgeName, lockName, stateName } from './names';
import { findAdopted, type Release } from './release';

export type Access = NonNullable<Release['access']>;

/** As Kubernetes has it in a Role. */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  readonly resourceNames?: string[];
}

export interface Grant {
  readonly id: string;
  /** Left out: in the whole cluster. */
  readonly namespace?: string;
  readonly rules: readonly Rule[];
  /** More rules follow from the objects that versions have (charts/version-rights.ts): to create and delete them, or to read them. */
  readonly versions?: 'write' | 'read';
  /** Whom it is given to; left out, the driver's account. */
  readonly groups?: readonly string[];
}

/** Of the driver's account. */
export function grantsOf(release: Release, access: Access): Grant[] {
  const { namespace, mesh } = release;
  if (release.profile === 'rolling-update') return [{ id: 'service', namespace, rules: rollingUpdateRules(release) }];
  return [
    { id: 'service', namespace, rules: serviceRules(release), versions: 'write' },
    // With the mesh this right is given everywhere.
    ...(mesh ? [] : [{ id: 'gateways', namespace: access.gatewayNamespace, rules: gatewayRules(access) }]),
    { id: 'cluster', rules: clusterRules(release) },
  ];
}

/**
 * To look and to abort. No port-forward: it reaches the administration of a gateway's Envoy, by which that can be stopped. What a patch
 * may change is limited by a policy (charts/on-call-chart.ts).
 */
export function onCallGrantsOf(release: Release, { onCall: groups }: Access): Grant[] {
  if (!groups) return [];
  const { namespace, name } = release;
  const rules = [
    rule('networking.istio.io', ['virtualservices'], ['get', 'patch'], [name]),
    rule('networking.istio.io', ['destinationrules'], ['get'], [name]),
    rule('apps', ['deployments'], ['get', 'list']),
    rule('', ['configmaps', 'pods', 'events'], ['get', 'list']),
    rule('policy', ['poddisruptionbudgets'], ['get', 'list']),
    rule('autoscaling', ['horizontalpodautoscalers'], ['get', 'list']),
    rule('coordination.k8s.io', ['leases'], ['get'], [lockName(release)]),
  ];
  const looks = [rule('', ['pods'], ['list']), rule('networking.istio.io', ['gateways'], ['get'])];
  return [
    { id: 'on-call', namespace, rules, versions: 'read', groups },
    { id: 'on-call-cluster', rules: looks, groups },
  ];
}

/** In the namespace of the service. */
function serviceRules(release: Release): Rule[] {
  const route = [release.name];
  return [
    rule('networking.istio.io', ['virtualservices', 'destinationrules'], ['get', 'patch'], route),
    // What somebody deletes in mid-release is put back. A create cannot be tied to a name.
    rule('networking.istio.io', ['virtualservices', 'destinationrules'], ['create']),
    rule('apps', ['deployments'], ['get', 'list', 'create', 'delete']),
    rule('', ['configmaps'], ['get', 'list', 'create', 'delete']),
    // The one that outlives a release. To read and create it is among the rights above.
    rule('', ['configmaps'], ['update'], [stateName(release)]),
    rule('policy', ['poddisruptionbudgets'], ['get', 'list', 'create', 'delete']),
    rule('autoscaling', ['horizontalpodautoscalers'], ['get', 'list', 'create', 'patch', 'delete']),
    // To count requests in flight at the pods.
    ...(release.inFlight === 'proxies' ? [] : podRules),
    rule('', ['pods'], ['list']),
    ...adoptedRules(release),
    // Only events say why a pod is not ready.
    rule('', ['events'], ['list']),
    rule(eventRight.group, [eventRight.resource], [eventRight.verb]),
    ...lockRules(release),
  ];
}

/** Whether the Service selects its pods; and its rollout is paused while another version runs beside it. */
function adoptedRules(release: Release): Rule[] {
  const adopted = findAdopted(release);
  if (!adopted) return [];
  return [
    rule('', ['services'], ['get'], [release.name]),
    rule('apps', ['deployments'], ['patch'], [adopted.deployment]),
  ];
}

/** To tell of a release on its VirtualService. The one right without which a release goes on just the same. */
export const eventRight = { group: 'events.k8s.io', resource: 'events', verb: 'create' } as const;

/** Kubernetes itself moves the traffic. The driver writes what synth writes, and sends no requests to pods. */
function rollingUpdateRules(release: Release): Rule[] {
  const own = [release.name];
  return [
    ...upkeep('', ['serviceaccounts', 'services'], own),
    ...upkeep('apps', ['deployments'], own),
    ...upkeep('policy', ['poddisruptionbudgets'], own),
    ...upkeep('autoscaling', ['horizontalpodautoscalers'], own),
    // One that no manifest has would fight the number of pods.
    rule('autoscaling', ['horizontalpodautoscalers'], ['list']),
    // It bridges the moment in which the Service gets other names for its ports.
    rule('discovery.k8s.io', ['endpointslices'], ['list', 'create']),
    rule('discovery.k8s.io', ['endpointslices'], ['update', 'delete'], [bridgeName(release)]),
    ...upkeep('networking.k8s.io', ['ingresses'], own),
    // One for each version, earlier ones included.
    rule('', ['configmaps'], ['get', 'list', 'create', 'patch']),
    rule('apps', ['replicasets'], ['get', 'list']),
    rule('', ['pods', 'events'], ['list']),
    ...lockRules(release),
  ];
}

/** A create cannot be tied to a name. */
function upkeep(group: string, resources: string[], names: string[]): Rule[] {
  return [rule(group, resources, ['create']), rule(group, resources, ['get', 'patch'], names)];
}

function lockRules(release: Release): Rule[] {
  return [
    rule('coordination.k8s.io', ['leases'], ['create']),
    rule('coordination.k8s.io', ['leases'], ['get', 'update'], [lockName(release)]),
  ];
}

/** To send requests to pods: a pod or its sidecar tells its requests in flight, a gateway its configuration. */
const podRules: readonly Rule[] = [
  rule('', ['pods'], ['get']),
  // From Kubernetes 1.35 on a port-forward over WebSockets is a create; before, it was a get.
  rule('', ['pods/portforward'], ['get', 'create']),
];

/** Where the gateways run. Probes bypass the API server: it only says which port to use, and whether a pod is gone. */
function gatewayRules({ evidence }: Access): Rule[] {
  if (evidence === 'proxy') return [...podRules];
  return [rule('', ['pods'], ['get']), rule('', ['services'], ['list'])];
}

/**
 * In the whole cluster: a Gateway's selector reaches into all namespaces, and the driver would not wait for a gateway that
 * it cannot see. Sidecars anywhere follow a route of the mesh, and each of them has to be asked.
 */
function clusterRules({ mesh }: Release): Rule[] {
  return [
    rule('', ['pods'], ['list']),
    // Other VirtualServices may name the old subset, and somebody may have widened a Gateway's selector.
    rule('networking.istio.io', ['virtualservices'], ['list']),
    // Another one of the host may have a subset of the new version's name. Without it nobody says which.
    rule('networking.istio.io', ['destinationrules'], ['list']),
    rule('networking.istio.io', ['gateways'], ['get']),
    ...(mesh ? podRules : []),
  ];
}

function rule(group: string, resources: string[], verbs: string[], resourceNames?: string[]): Rule {
  return { apiGroups: [group], resources, verbs, resourceNames };
}
