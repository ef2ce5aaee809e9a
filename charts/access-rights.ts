/**
 * What the driver may do, and nothing else: each rule is a request that it makes. Rights to objects whose names are known
 * are tied to those names; the objects of versions that are not yet, or no longer, in the file cannot be.
 */
import type { k8s } from 'cdk8s-plus-27';
import { lockName, type Release } from '../model';

export type Access = NonNullable<Release['access']>;

/** The account that the driver runs as inside the cluster. */
export const accountName = 'handover';

type Rule = k8s.PolicyRule;

export interface Grant {
  readonly id: string;
  /** Left out: in the whole cluster. */
  readonly namespace?: string;
  readonly rules: readonly Rule[];
}

export function grantsOf(release: Release, access: Access): Grant[] {
  const { namespace, mesh } = release;
  if (release.profile === 'rolling-update') return [{ id: 'service', namespace, rules: rollingUpdateRules(release) }];
  return [
    { id: 'service', namespace, rules: serviceRules(release) },
    // With the mesh this right is given everywhere.
    ...(mesh ? [] : [{ id: 'gateways', namespace: access.gatewayNamespace, rules: gatewayRules(access) }]),
    { id: 'cluster', rules: clusterRules(release) },
  ];
}

/** In the namespace of the service. */
function serviceRules(release: Release): Rule[] {
  const route = [release.name];
  return [
    rule('networking.istio.io', ['virtualservices', 'destinationrules'], ['get', 'patch'], route),
    rule('apps', ['deployments'], ['get', 'list', 'create', 'delete']),
    rule('', ['configmaps'], ['get', 'list', 'create', 'delete']),
    rule('policy', ['poddisruptionbudgets'], ['get', 'list', 'create', 'delete']),
    rule('autoscaling', ['horizontalpodautoscalers'], ['get', 'list', 'create', 'patch', 'delete']),
    ...podRules,
    rule('', ['pods'], ['list']),
    // Why a pod is not ready is told nowhere else.
    rule('', ['events'], ['list']),
    ...lockRules(release),
  ];
}

/** Kubernetes itself moves the traffic: the driver writes what synth writes, and looks at pods from outside. */
function rollingUpdateRules(release: Release): Rule[] {
  const own = [release.name];
  return [
    ...upkeep('', ['serviceaccounts', 'services'], own),
    ...upkeep('apps', ['deployments'], own),
    ...upkeep('policy', ['poddisruptionbudgets'], own),
    ...upkeep('autoscaling', ['horizontalpodautoscalers'], own),
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

/** To ask a pod: the service for its requests in flight, a gateway for its configuration. */
const podRules: readonly Rule[] = [
  rule('', ['pods'], ['get']),
  // From Kubernetes 1.35 on a port-forward over WebSockets is a create; before, it was a get.
  rule('', ['pods/portforward'], ['get', 'create']),
];

/** Where the gateways run. Probes are sent past the API server: it only tells by which port, and whether a pod is gone. */
function gatewayRules({ evidence }: Access): Rule[] {
  if (evidence === 'proxy') return [...podRules];
  return [rule('', ['pods'], ['get']), rule('', ['services'], ['list'])];
}

/**
 * In the whole cluster: a Gateway's selector reaches into all namespaces, and a gateway that the driver cannot see would
 * be one that it does not wait for. A route of the mesh is followed by sidecars anywhere, and each has to be asked.
 */
function clusterRules({ mesh }: Release): Rule[] {
  return [rule('', ['pods'], ['list']), ...(mesh ? podRules : [])];
}

function rule(group: string, resources: string[], verbs: string[], resourceNames?: string[]): Rule {
  return { apiGroups: [group], resources, verbs, resourceNames };
}
