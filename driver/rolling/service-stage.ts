/**
 * When a Service may become what the manifests say. Pods that answer behind the live Service must do so at each moment: pods
 * that have no port called `http` get nothing from a Service that sends there.
 */
import { fieldsOf, listOf, specOf, type Fields } from '../../manifests';
import type { Manifest } from '../../model';
import type { Harm } from './observation';

/** What of a pod, or of the template of new ones, decides about a Service. */
export interface PodFace {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly ContainerPort[];
}

export interface ContainerPort {
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

export interface ServiceQuestion {
  readonly wanted: Manifest;
  readonly live: Manifest | undefined;
  /** Pods that are ready. `isOwn`: of the Deployment that is updated. */
  readonly pods: readonly (PodFace & { readonly isOwn: boolean })[];
  /** Of the new pods. */
  readonly template: PodFace;
}

export type ServiceStage = 'before-pods' | 'after-pods' | Extract<Harm, { readonly code: 'service-unfit' }>;

export function serviceStage({ wanted, live, pods, template }: ServiceQuestion): ServiceStage {
  if (!live) return 'before-pods';
  const behind = pods.filter((pod) => selects(live, pod));
  if (behind.length === 0 || behind.every((pod) => keeps(wanted, live, pod))) return 'before-pods';
  // Until the new pods are available the live Service stays as it is: it has to lead to them, too, when old ones of the same
  // Deployment go. Pods of another Deployment stay.
  const unfit = behind.some(({ isOwn }) => isOwn) ? whyNotFor(live, template) : undefined;
  return unfit ?? 'after-pods';
}

/** Every port of the live Service still leads to the same port of the pod, by the same name. */
function keeps(wanted: Manifest, live: Manifest, pod: PodFace): boolean {
  if (!selects(wanted, pod)) return false;
  return portsOf(live).every((port) => {
    const same = portsOf(wanted).find((other) => other.port === port.port && other.protocol === port.protocol);
    const target = resolve(port, pod);
    // Endpoints are kept by the name of the port: under a new name there are none for a moment.
    return target === undefined || (same !== undefined && same.name === port.name && resolve(same, pod) === target);
  });
}

/** Why pods of this template would get no requests from the live Service. */
export function whyNotFor(
  live: Manifest,
  template: PodFace,
): Extract<Harm, { readonly code: 'service-unfit' }> | undefined {
  const selector = fieldsOf(specOf(live).selector);
  if (!selects(live, template))
    return unfit('a live Service that selects the new pods', `the selector ${JSON.stringify(selector)}`);
  const lost = portsOf(live).find((port) => !isOpen(port, template));
  if (!lost) return undefined;
  return unfit(
    'a live Service that leads to a port of the new pods',
    `its port ${lost.port}, which leads to ${lost.target}`,
  );
}

function unfit(expected: string, found: string) {
  return { code: 'service-unfit', expected, found } as const;
}

/** Whether the template says that it listens there. One that names no port at all may listen anywhere. */
function isOpen(port: ServicePort, template: PodFace): boolean {
  if (typeof port.target === 'string') return resolve(port, template) !== undefined;
  return template.ports.length === 0 || template.ports.some(({ number }) => number === port.target);
}

interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly target: number | string;
}

export function portsOf(service: Manifest): ServicePort[] {
  return listOf(specOf(service).ports).map((fields) => ({
    name: typeof fields.name === 'string' ? fields.name : '',
    port: Number(fields.port),
    protocol: protocolOf(fields),
    target: (fields.targetPort ?? fields.port) as number | string,
  }));
}

function protocolOf({ protocol }: Fields): string {
  return typeof protocol === 'string' ? protocol : 'TCP';
}

/** The number of the pod's port; undefined when the pod has no port of that name. */
export function resolve({ target, protocol }: ServicePort, { ports }: PodFace): number | undefined {
  if (typeof target === 'number') return target;
  return ports.find((port) => port.name === target && port.protocol === protocol)?.number;
}

export function selects(service: Manifest, { labels }: PodFace): boolean {
  const selector = Object.entries(fieldsOf(specOf(service).selector));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

/** Of a pod, or of a template. */
export function faceOf(metadata: unknown, spec: unknown): PodFace {
  const containers = listOf(fieldsOf(spec).containers);
  const ports = containers
    .flatMap(({ ports: list }) => listOf(list))
    .map((fields) => ({
      name: typeof fields.name === 'string' ? fields.name : undefined,
      number: Number(fields.containerPort),
      protocol: protocolOf(fields),
    }));
  return { labels: fieldsOf(fieldsOf(metadata).labels) as Record<string, string>, ports };
}
