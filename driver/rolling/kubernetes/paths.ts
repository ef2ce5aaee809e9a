/** Where each object of a rolling update lives in the API. */
import type { Manifest } from '../../../charts';

/** null: it belongs to no namespace. */
const resources: Readonly<Record<string, readonly [api: string, resource: string, isNamespaced?: false]>> = {
  Namespace: ['/api/v1', 'namespaces', false],
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  Service: ['/api/v1', 'services'],
  ConfigMap: ['/api/v1', 'configmaps'],
  Pod: ['/api/v1', 'pods'],
  Event: ['/api/v1', 'events'],
  Deployment: ['/apis/apps/v1', 'deployments'],
  ReplicaSet: ['/apis/apps/v1', 'replicasets'],
  PodDisruptionBudget: ['/apis/policy/v1', 'poddisruptionbudgets'],
  HorizontalPodAutoscaler: ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  Ingress: ['/apis/networking.k8s.io/v1', 'ingresses'],
};

export function collection(kind: string, namespace: string): string {
  const [api, resource, isNamespaced = true] = resources[kind] ?? [];
  if (!api) throw new Error(`expected a kind of the profile rolling-update, found ${kind}`);
  return isNamespaced ? `${api}/namespaces/${namespace}/${resource}` : `${api}/${resource}`;
}

export function pathOf({ kind, metadata }: Manifest): string {
  return `${collection(kind, metadata.namespace ?? '')}/${metadata.name}`;
}

/** Kind/name */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}
