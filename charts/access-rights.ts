/**
 * What the driver may do, and nothing else: each rule is a request that it makes. Rights to objects whose names are known
 * are tied to those names; the objects of versions that are not yet, or no longer, in the file cannot be.
 */
import type { k8s } from 'cdk8s-plus-27';
import type { Release } from '../model';

type Rule = k8s.PolicyRule;

/** In the namespace of the service. */
export function serviceRules(release: Release): Rule[] {
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
    rule('coordination.k8s.io', ['leases'], ['create']),
    rule('coordination.k8s.io', ['leases'], ['get', 'update'], [lockName(release)]),
  ];
}

/** To ask a pod: the service for its requests in flight, a gateway for its configuration. */
export const podRules: readonly Rule[] = [
  rule('', ['pods'], ['get']),
  // From Kubernetes 1.35 on a port-forward over WebSockets is a create; before, it was a get.
  rule('', ['pods/portforward'], ['get', 'create']),
];

/** Where the gateways run. Probes are sent past the API server: it only tells by which port, and whether a pod is gone. */
export function gatewayRules({ evidence }: NonNullable<Release['access']>): Rule[] {
  if (evidence === 'proxy') return [...podRules];
  return [rule('', ['pods'], ['get']), rule('', ['services'], ['list'])];
}

/**
 * In the whole cluster: a Gateway's selector reaches into all namespaces, and a gateway that the driver cannot see would
 * be one that it does not wait for. A route of the mesh is followed by sidecars anywhere, and each has to be asked.
 */
export function clusterRules({ mesh }: Release): Rule[] {
  return [rule('', ['pods'], ['list']), ...(mesh ? podRules : [])];
}

export function lockName({ name }: Release): string {
  return `handover-${name}`;
}

function rule(group: string, resources: string[], verbs: string[], resourceNames?: string[]): Rule {
  return { apiGroups: [group], resources, verbs, resourceNames };
}
