/** The parts of Kubernetes and Istio objects that the driver reads, as they come over the wire. */
import type { Manifest } from '../../model';

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly managedFields?: readonly ManagedFields[];
  readonly ownerReferences?: readonly {
    readonly uid: string;
    readonly kind?: string;
    readonly name?: string;
    readonly controller?: boolean;
  }[];
}

export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Fields;
}

export type Fields = { readonly [field: string]: Fields };

export interface KubernetesObject {
  readonly metadata: Metadata;
}

/** A whole object, of whatever kind: what is read to be written again. */
export interface LiveObject extends Manifest {
  readonly metadata: Manifest['metadata'] & Metadata & { readonly uid: string; readonly resourceVersion: string };
}

export interface PodAddress {
  readonly namespace: string;
  readonly pod: string;
  /** Another pod may get the name of one that is gone; undefined where only a name is known. */
  readonly uid?: string | undefined;
}

export function addressOf({ metadata: { name, namespace = '', uid } }: Pod): PodAddress {
  return { namespace, pod: name, uid };
}

/** What Istio calls Envoy's container, in gateways and sidecars. */
export const proxyContainer = 'istio-proxy';

export interface List<T> {
  readonly items: readonly T[];
  /** Where the next page begins; empty or absent: there is none. */
  readonly metadata?: { readonly continue?: string };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
    };
    readonly minReadySeconds?: number;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface ReplicaSet extends KubernetesObject {
  readonly spec: { readonly template: PodTemplate };
  readonly status?: { readonly availableReplicas?: number };
}

export interface PodTemplate {
  readonly metadata?: Partial<Metadata>;
  readonly spec: { readonly containers: readonly Container[]; readonly terminationGracePeriodSeconds?: number };
}

export interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly minReplicas?: number; readonly maxReplicas: number };
}

export interface Service extends KubernetesObject {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
  };
}

export interface Pod extends KubernetesObject {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly lifecycle?: { readonly preStop?: PreStop };
}

export interface PreStop {
  readonly sleep?: { readonly seconds: number };
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: object;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: object;
  readonly terminated?: ContainerEnd;
}

export interface ContainerEnd {
  readonly reason?: string;
  readonly exitCode?: number;
}

export interface VirtualService extends Manifest, KubernetesObject {
  readonly metadata: Manifest['metadata'] & Metadata;
  readonly spec: { readonly gateways?: readonly string[] } & Readonly<Record<string, unknown>>;
}

export interface Gateway extends KubernetesObject {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly servers?: readonly { readonly hosts?: readonly string[] }[];
  };
}

export interface DestinationRule extends Manifest, KubernetesObject {
  readonly metadata: Manifest['metadata'] & Metadata;
}

export interface Lease extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
    readonly leaseTransitions?: number;
  };
}

/** A status that is older than the spec tells of other pods than are wanted now (S9). */
export function hasCurrentStatus({ metadata, status }: Deployment): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

export function isOwnedBy({ ownerReferences = [] }: Metadata, uid: string | undefined): boolean {
  return ownerReferences.some((owner) => owner.controller === true && owner.uid === uid);
}

export function isEnding({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** It is there until somebody clears it away, and serves no more: such as one that its node has evicted. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** It gets requests: nobody has asked it to end. */
export function isReady(pod: Pod): boolean {
  const { conditions = [] } = pod.status ?? {};
  return !isEnding(pod) && conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** A Service leads to it as soon as it is ready: nobody has asked it to end. */
export function staysRunning(pod: Pod): boolean {
  return !isEnding(pod) && pod.status?.phase === 'Running';
}

/** It serves as long as a container runs: an ending pod still holds connections. */
export function isServing(pod: Pod): boolean {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return pod.status?.phase === 'Running' && [...containerStatuses, ...initContainerStatuses].some(isRunning);
}

/**
 * It follows the routes of the mesh from the moment at which its container runs: a native one does so for the init
 * containers of a pod that is still Pending. Gateways run the same container in another role. A container that does not
 * tell its role counts: better one proxy too many than one that nobody waits for.
 */
export function hasSidecar({ spec = {}, status = {} }: Pod): boolean {
  const args = proxyArguments({ spec });
  if (notSidecars.some((role) => args.includes(role))) return false;
  return [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].some(
    (container) => isProxy(container) && isRunning(container),
  );
}

/** Of pilot-agent in other roles. Ambient's ztunnel has a container of this name, too, and no Envoy. */
const notSidecars = ['router', 'waypoint', 'ztunnel'];

/** A pod of a Gateway, whatever its labels. */
export function isGateway(pod: Pick<Pod, 'spec'>): boolean {
  return proxyArguments(pod).includes('router');
}

/**
 * A client that speaks xDS itself: it follows the routes, and its container of that name is an agent without Envoy. Istio's
 * template for it asks istiod for another kind of configuration.
 */
export function isProxyless({ spec = {} }: Pick<Pod, 'spec'>): boolean {
  const { env = [] } = proxyOf({ spec }) ?? {};
  return env.some(({ name, value }) => name === 'ISTIO_META_GENERATOR' && value === 'grpc');
}

function proxyArguments(pod: Pick<Pod, 'spec'>): readonly string[] {
  return proxyOf(pod)?.args ?? [];
}

/**
 * As much of a client's pod as is asked for: a thousand whole ones are many times as large. Whether it has a sidecar that runs is told
 * of this part as of the whole.
 */
export function sidecarPart({ metadata, spec = {}, status = {} }: Pod): Pod {
  const { name, namespace, uid } = metadata;
  const { phase, containerStatuses = [], initContainerStatuses = [] } = status;
  return {
    metadata: { name, namespace, uid },
    spec: {
      containers: (spec.containers ?? []).filter(isProxy),
      initContainers: (spec.initContainers ?? []).filter(isProxy),
    },
    status: {
      phase,
      containerStatuses: containerStatuses.filter(isProxy),
      initContainerStatuses: initContainerStatuses.filter(isProxy),
    },
  };
}

/** Of a sidecar or a gateway; a native sidecar is among the init containers. */
export function proxyOf({ spec = {} }: Pick<Pod, 'spec'>): Container | undefined {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].find(isProxy);
}

function isProxy({ name }: { readonly name: string }): boolean {
  return name === proxyContainer;
}

export function isRunning({ state }: ContainerStatus): boolean {
  return state?.running !== undefined;
}
