/** From the ReplicaSets of a Deployment, their pods and their ConfigMaps to plain data. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { canonical } from '../../../manifests';
import { annotations, containerName, contentHash, selectorLabels, versionedName, type Manifest } from '../../../model';
import type { ObservedPod, ObservedReplicaSet, WayBack } from '../observation';
import { faceOf, whyNotFor } from '../service-stage';
import {
  isOwnedBy,
  type ConfigMap,
  type Container,
  type Deployment,
  type Pod,
  type PodTemplate,
  type PreStop,
  type ReplicaSet,
} from '../../kubernetes/objects';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';
const defaultGraceSeconds = 30;

export interface ReplicaSetParts {
  readonly name: string;
  /** As it is live. */
  readonly service: Manifest | undefined;
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly configMaps: readonly ConfigMap[];
  readonly podOf: (pod: Pod) => ObservedPod;
}

/** The newest revision first. */
export function observedReplicaSets({ deployment, replicaSets, ...parts }: ReplicaSetParts): ObservedReplicaSet[] {
  return replicaSets
    .filter(({ metadata }) => isOwnedBy(metadata, deployment.metadata.uid))
    .map((set) => observed(set, deployment, parts))
    .sort((a, b) => b.revision - a.revision);
}

type Surroundings = Pick<ReplicaSetParts, 'name' | 'service' | 'pods' | 'configMaps' | 'podOf'>;

function observed(
  { metadata, spec: { template }, status }: ReplicaSet,
  deployment: Deployment,
  parts: Surroundings,
): ObservedReplicaSet {
  const { pods, podOf } = parts;
  return {
    name: metadata.name,
    revision: Number(metadata.annotations?.[revisionAnnotation] ?? 0),
    version: versionOf(template) ?? metadata.name,
    // How the Deployment controller itself finds it; the revision is written a moment later.
    isNewest: isDeepStrictEqual(withoutHash(template), deployment.spec.template),
    available: status?.availableReplicas ?? 0,
    template: templateDigest(template),
    wayBack: wayBack(parts, template),
    ...build(template),
    ...shutdown(template),
    pods: pods.filter((pod) => isOwnedBy(pod.metadata, metadata.uid)).map(podOf),
  };
}

function build(template: PodTemplate) {
  const hash = template.metadata?.annotations?.[annotations.contentHash];
  return { image: serviceContainer(template)?.image ?? '', contentHash: hash ?? '' };
}

function shutdown(template: PodTemplate) {
  return {
    preStopSeconds: preStopSeconds(serviceContainer(template)?.lifecycle?.preStop),
    gracePeriodSeconds: template.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds,
  };
}

export function versionOf({ metadata }: PodTemplate): string | undefined {
  return metadata?.labels?.[selectorLabels.version];
}

/** The template as the Deployment has it: the controller adds one label for each ReplicaSet. */
export function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...own } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels: own } };
}

function serviceContainer({ spec: { containers } }: PodTemplate): Container | undefined {
  return containers.find(({ name }) => name === containerName) ?? containers[0];
}

/** A template that somebody else wrote may name no port, where the Service has come to lead to one by its name. */
function wayBack({ name, service, configMaps }: Surroundings, template: PodTemplate): WayBack {
  if (!isConfigIntact(name, template, configMaps)) return 'config-changed';
  const isUnfit = service && whyNotFor(service, faceOf(template.metadata, template.spec));
  return isUnfit ? 'service-unfit' : 'open';
}

/** Of the version's own ConfigMap. Others that the pods read are not tied to a version, so nothing says what they were. */
function isConfigIntact(service: string, template: PodTemplate, configMaps: readonly ConfigMap[]): boolean {
  const wanted = template.metadata?.annotations?.[annotations.contentHash];
  const own = versionedName(service, versionOf(template) ?? '');
  const isRead = template.spec.containers.some(({ envFrom = [] }) =>
    envFrom.some(({ configMapRef }) => configMapRef?.name === own),
  );
  if (!isRead) return true;
  const live = configMaps.find(({ metadata }) => metadata.name === own);
  return live !== undefined && (wanted === undefined || contentHash(live.data ?? {}) === wanted);
}

/** What kubectl rollout restart writes, to have a template that is another one. */
const restartAnnotation = 'kubectl.kubernetes.io/restartedAt';

function templateDigest(template: PodTemplate): string {
  const own = withoutHash(template);
  const { [restartAnnotation]: _, ...others } = own.metadata?.annotations ?? {};
  const content = canonical({ ...own, metadata: { ...own.metadata, annotations: others } });
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

export function preStopSeconds(hook: PreStop | undefined): number | 'unknown' {
  if (!hook) return 0;
  if (hook.sleep) return hook.sleep.seconds;
  const command = hook.exec?.command?.join(' ') ?? '';
  const slept = /(?:^|[\s/])sleep\s+(\d+)\b/.exec(command)?.[1];
  if (slept !== undefined) return Number(slept);
  const timedMs = /setTimeout\(.*,\s*(\d+)\)/.exec(command)?.[1];
  return timedMs === undefined ? 'unknown' : Number(timedMs) / 1000;
}
