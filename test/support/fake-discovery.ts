/** What a Kubernetes API server with Istio and two custom resources answers when it is asked for its kinds. */
import type { Manifest } from '../../model';

const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: {
    configmaps: 'ConfigMap',
    events: 'Event',
    namespaces: 'Namespace',
    pods: 'Pod',
    secrets: 'Secret',
    serviceaccounts: 'ServiceAccount',
    services: 'Service',
  },
  'apps/v1': { deployments: 'Deployment', replicasets: 'ReplicaSet' },
  'policy/v1': { poddisruptionbudgets: 'PodDisruptionBudget' },
  'autoscaling/v2': { horizontalpodautoscalers: 'HorizontalPodAutoscaler' },
  'discovery.k8s.io/v1': { endpointslices: 'EndpointSlice' },
  'coordination.k8s.io/v1': { leases: 'Lease' },
  'networking.k8s.io/v1': { ingresses: 'Ingress', networkpolicies: 'NetworkPolicy', ingressclasses: 'IngressClass' },
  'networking.istio.io/v1': {
    destinationrules: 'DestinationRule',
    gateways: 'Gateway',
    virtualservices: 'VirtualService',
  },
  'monitoring.example.com/v1': { monitors: 'Monitor' },
  'keda.sh/v1alpha1': { scaledobjects: 'ScaledObject' },
};
const clusterScoped = new Set(['Namespace', 'IngressClass']);

/** The APIResourceList of `/api/v1` or `/apis/GROUP/VERSION`; undefined for any other path. */
export function discoveryAt(path: string): object | undefined {
  const groupVersion = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))$/.exec(path)?.slice(1).find(Boolean) ?? '';
  const resources = kinds[groupVersion];
  return resources && { kind: 'APIResourceList', groupVersion, resources: Object.entries(resources).flatMap(listed) };
}

/** As a real server lists them: the status of an object is a resource of the same kind. */
function listed([name, kind]: [string, string]): object[] {
  const namespaced = !clusterScoped.has(kind);
  return [
    { name: `${name}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] },
    { name, singularName: kind.toLowerCase(), namespaced, kind, verbs: ['create', 'delete', 'get', 'list', 'patch'] },
  ];
}

/** The kind in a collection such as `/apis/apps/v1/namespaces/shop/deployments`; undefined when the path is none. */
export function kindAt(path: string): string | undefined {
  const [, core, group, name = ''] =
    /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(?:namespaces\/[^/]+\/)?([a-z]+)$/.exec(path) ?? [];
  return kinds[core ?? group ?? '']?.[name];
}

/** Where an object of a namespace is. Throws for a kind that this server does not know. */
export function pathOf({ apiVersion, kind, metadata: { namespace = '', name } }: Manifest): string {
  const [resource] = Object.entries(kinds[apiVersion] ?? {}).find(([, known]) => known === kind) ?? [];
  if (!resource) throw new Error(`expected a kind of the fake API server, found ${apiVersion} ${kind}`);
  const api = apiVersion.includes('/') ? '/apis' : '/api';
  return `${api}/${apiVersion}/namespaces/${namespace}/${resource}/${name}`;
}
