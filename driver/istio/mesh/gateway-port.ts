/** On which port a gateway's pod listens for plain HTTP: the Service in front of it maps the Gateway's port, as for Istio. */
import { gatewayPorts } from '../../../model';
import type { Api } from '../../kubernetes/api';
import type { Pod, Service } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';

export type FindPort = (pod: Pod) => Promise<number>;

/** Asks for the Services of a namespace once for all of its pods. */
export function portFinder(api: Api, gatewayPort: number = gatewayPorts.http): FindPort {
  const services = new Map<string, Promise<readonly Service[]>>();
  return async (pod) => {
    const { namespace = '' } = pod.metadata;
    const known = services.get(namespace) ?? api.list<Service>(collectionPath('Service', namespace), {});
    services.set(namespace, known);
    return portOf(pod, await known, gatewayPort);
  };
}

/** Without a Service Envoy listens on the Gateway's own port. */
export function portOf(pod: Pod, services: readonly Service[], gatewayPort: number = gatewayPorts.http): number {
  const targets = services
    .filter((service) => selects(service, pod))
    .flatMap(({ spec }) => spec.ports ?? [])
    .filter(({ port }) => port === gatewayPort)
    .map(({ targetPort = gatewayPort }) => targetPort);
  const [target = gatewayPort] = targets;
  if (typeof target === 'number') return target;
  const named = (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports).find(({ name }) => name === target);
  if (named) return named.containerPort;
  throw new Error(`its Service sends to the port ${target}, which no container of it has`);
}

function selects({ spec: { selector } }: Service, { metadata: { labels = {} } }: Pod): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}
