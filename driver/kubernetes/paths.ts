/** Where each object lives in the API. */
import { versionedName, type Release } from '../../model';
import type { NamespacedName } from '../core/namespaced-name';

const istio = 'networking.istio.io/v1';

export const istioApi = `/apis/${istio}`;
export const podsOfAllNamespaces = '/api/v1/pods';

export function podPath(namespace: string, name = ''): string {
  return join(`/api/v1/namespaces/${namespace}/pods`, name);
}

export const servicesPath = (namespace: string) => `/api/v1/namespaces/${namespace}/services`;

export const virtualServicePath = ({ namespace, name }: Release) =>
  `${istioApi}/namespaces/${namespace}/virtualservices/${name}`;

export const destinationRulePath = ({ namespace, name }: Release) =>
  `${istioApi}/namespaces/${namespace}/destinationrules/${name}`;

export const leasesPath = ({ namespace }: NamespacedName) =>
  `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;

/** The objects of one version, in the order to create them: pods find their ConfigMap, an autoscaler its Deployment. */
export const versionKinds = ['ConfigMap', 'PodDisruptionBudget', 'Deployment', 'HorizontalPodAutoscaler'] as const;
export type VersionKind = (typeof versionKinds)[number];

const collections: Readonly<Record<VersionKind, readonly [api: string, resource: string]>> = {
  ConfigMap: ['/api/v1', 'configmaps'],
  PodDisruptionBudget: ['/apis/policy/v1', 'poddisruptionbudgets'],
  Deployment: ['/apis/apps/v1', 'deployments'],
  HorizontalPodAutoscaler: ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
};

export function apiVersionOf(kind: VersionKind): string {
  return collections[kind][0].replace(/^\/apis?\//, '');
}

export function collectionPath(kind: VersionKind, { namespace }: Release): string {
  const [api, resource] = collections[kind];
  return `${api}/namespaces/${namespace}/${resource}`;
}

export function versionPath(kind: VersionKind, release: Release, version: string): string {
  return `${collectionPath(kind, release)}/${versionedName(release.name, version)}`;
}

function join(path: string, name: string): string {
  return name === '' ? path : `${path}/${name}`;
}
