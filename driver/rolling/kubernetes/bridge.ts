/** The EndpointSlice that bridges the moment in which a Service gets other names for its ports. */
import { canonical, fieldsOf, listOf } from '../../../manifests';
import { bridgeName, fieldManager, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import type { Api } from '../../kubernetes/api';
import { conditioned } from '../../kubernetes/conditioned';
import type { Pod } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import type { ObservedBridge } from '../bridge-state';
import { faceOf, portsOf, resolve } from '../service-stage';

const serviceLabel = 'kubernetes.io/service-name';
const managerLabel = 'endpointslice.kubernetes.io/managed-by';

export interface BridgeParts {
  readonly service: NamespacedName;
  /** As the manifests have it; undefined for a rollback. */
  readonly wanted: Manifest | undefined;
  readonly live: Manifest | undefined;
  /** It is to become so when the new pods are there. */
  readonly isLate: boolean;
  /** Those that are ready, and of the Deployment. */
  readonly pods: readonly Pod[];
}

export async function readBridge(api: Api, parts: BridgeParts): Promise<ObservedBridge> {
  const slices = await api.list<Manifest>(collectionPath('EndpointSlice', parts.service.namespace), {
    [serviceLabel]: parts.service.name,
  });
  const bridge = slices.find(({ metadata }) => metadata.name === bridgeName(parts.service));
  const body = parts.wanted && bodyOf(parts.service, parts.wanted, parts.pods);
  const names = slices
    .filter((slice) => slice !== bridge)
    .flatMap(({ ports }) => listOf(ports).map(({ name }) => name ?? ''));
  return {
    isWanted: parts.isLate && hasNewNames(parts),
    isLive: bridge !== undefined,
    isCurrent: bridge !== undefined && body !== undefined && contentOf(bridge) === contentOf(body),
    isCovered: parts.live !== undefined && portsOf(parts.live).every(({ name }) => names.includes(name)),
    resourceVersion: bridge?.metadata.resourceVersion as string | undefined,
  };
}

/** Under the same names the endpoints stay, whatever they lead to. */
function hasNewNames({ wanted, live }: BridgeParts): boolean {
  if (!wanted || !live) return false;
  const known = portsOf(live).map(({ name }) => name);
  return portsOf(wanted).some(({ name }) => !known.includes(name));
}

export async function raiseBridge(
  api: Api,
  { service, wanted, pods }: BridgeParts,
  { resourceVersion }: ObservedBridge,
): Promise<Outcome> {
  if (!wanted) throw new Error('expected a Service in the manifests, found none');
  const { namespace } = service;
  const body = bodyOf(service, wanted, pods);
  if (resourceVersion === undefined)
    return conditioned(() => api.create(collectionPath('EndpointSlice', namespace), body));
  const path = objectPath('EndpointSlice', { namespace, name: bridgeName(service) });
  const changed = { ...body, metadata: { ...body.metadata, resourceVersion } };
  return conditioned(() => api.send({ method: 'PUT', path, query: { fieldManager }, body: changed }));
}

export function removeBridge(
  api: Api,
  { namespace, ...service }: NamespacedName,
  seen: ObservedBridge,
): Promise<Outcome> {
  const path = objectPath('EndpointSlice', { namespace, name: bridgeName(service) });
  const body = { preconditions: { resourceVersion: seen.resourceVersion } };
  return conditioned(() => api.send({ method: 'DELETE', path, body }));
}

/** All new pods have the same ports. A pod without one of them cannot stand for the others. */
function bodyOf({ name, namespace }: NamespacedName, wanted: Manifest, pods: readonly Pod[]): Manifest {
  const ports = portsOf(wanted);
  const numbered = pods.map((pod) => ({
    pod,
    numbers: ports.map((port) => resolve(port, faceOf(pod.metadata, pod.spec))),
  }));
  const whole = numbered.filter(({ pod, numbers }) => pod.status?.podIP !== undefined && !numbers.includes(undefined));
  const addresses = whole.map(({ pod }) => pod.status?.podIP ?? '').sort();
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: bridgeName({ name }), namespace, labels: { [serviceLabel]: name, [managerLabel]: fieldManager } },
    addressType: addresses[0]?.includes(':') ? 'IPv6' : 'IPv4',
    ports: ports.map((port, place) => ({ name: port.name, protocol: port.protocol, port: whole[0]?.numbers[place] })),
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

function contentOf({ ports, endpoints }: Manifest): string {
  const addresses = listOf(endpoints).map((endpoint) => endpoint.addresses);
  return canonical([listOf(ports).map(({ name, port, protocol }) => fieldsOf({ name, port, protocol })), addresses]);
}
