/** Where each object lives in the API: the one table of all kinds that the driver knows. */
import type { NamespacedName } from '../core/namespaced-name';

interface Resource {
  readonly api: string;
  readonly name: string;
  readonly isNamespaced?: false;
}

const core = '/api/v1';
const apps = '/apis/apps/v1';
const istio = '/apis/networking.istio.io/v1';

const resources: Readonly<Record<string, Resource>> = {
  Namespace: { api: core, name: 'namespaces', isNamespaced: false },
  ServiceAccount: { api: core, name: 'serviceaccounts' },
  Service: { api: core, name: 'services' },
  ConfigMap: { api: core, name: 'configmaps' },
  Pod: { api: core, name: 'pods' },
  Event: { api: core, name: 'events' },
  Deployment: { api: apps, name: 'deployments' },
  ReplicaSet: { api: apps, name: 'replicasets' },
  PodDisruptionBudget: { api: '/apis/policy/v1', name: 'poddisruptionbudgets' },
  HorizontalPodAutoscaler: { api: '/apis/autoscaling/v2', name: 'horizontalpodautoscalers' },
  Ingress: { api: '/apis/networking.k8s.io/v1', name: 'ingresses' },
  EndpointSlice: { api: '/apis/discovery.k8s.io/v1', name: 'endpointslices' },
  Lease: { api: '/apis/coordination.k8s.io/v1', name: 'leases' },
  VirtualService: { api: istio, name: 'virtualservices' },
  Gateway: { api: istio, name: 'gateways' },
  DestinationRule: { api: istio, name: 'destinationrules' },
};

/** Without a namespace: of all namespaces. */
export function collectionPath(kind: string, namespace?: string): string {
  const { api, name, isNamespaced = true } = resourceOf(kind);
  return isNamespaced && namespace !== undefined ? `${api}/namespaces/${namespace}/${name}` : `${api}/${name}`;
}

export function objectPath(kind: string, { namespace, name }: NamespacedName): string {
  return `${collectionPath(kind, namespace)}/${name}`;
}

/** As in a manifest, such as `apps/v1`. */
export function apiVersionOf(kind: string): string {
  return resourceOf(kind).api.replace(/^\/apis?\//, '');
}

function resourceOf(kind: string): Resource {
  const resource = resources[kind];
  if (!resource) throw new Error(`expected a kind that handover knows, found ${kind}`);
  return resource;
}
