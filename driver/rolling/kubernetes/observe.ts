/** One look at a rolling update on a real cluster. */
import { fieldsOf, isKind, specOf } from '../../../manifests';
import { selectorLabels, type Manifest } from '../../../model';
import type { Api } from '../../kubernetes/api';
import {
  isEnding,
  isReady,
  isOwnedBy,
  type Autoscaler,
  type ConfigMap,
  type Deployment,
  type Pod,
  type ReplicaSet,
} from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import { isUnready, podTrouble } from '../../kubernetes/pod-trouble';
import { probeTroubles } from '../../kubernetes/probe-events';
import type { Observation, ObservedObject, ObservedPod } from '../observation';
import { unsafeFields } from '../safe-fields';
import { faceOf } from '../service-stage';
import { leastPods, scalersIn, type Wanted } from '../wanted';
import { readBridge, type BridgeParts } from './bridge';
import { hasNamespace, observeObjects, type ObjectEyes } from './observe-objects';
import { otherScalers } from './other-scalers';
import { observedDeployment } from './read-deployment';
import { readRecord } from './record';
import { observedReplicaSets } from './replica-sets';

export interface Eyes extends ObjectEyes {
  readonly monotonicMs: () => number;
}

export async function observe(eyes: Eyes, wanted: Wanted): Promise<Observation> {
  const { release } = wanted;
  const [deployment, record, parts] = await Promise.all([
    eyes.api.find<Deployment>(objectPath('Deployment', release)),
    readRecord(eyes.api, release),
    listParts(eyes, wanted),
  ]);
  const ownSets = parts.replicaSets.filter(({ metadata }) => isOwnedBy(metadata, deployment?.metadata.uid));
  const isOwn = ({ metadata }: Pod) => ownSets.some((set) => isOwnedBy(metadata, set.metadata.uid));
  const ready = parts.behind.filter(isReady).map((pod) => ({ ...faceOf(pod.metadata, pod.spec), isOwn: isOwn(pod) }));
  const place = deployment !== undefined || (await hasNamespace(eyes.api, release));
  const podOf = await podsWith(eyes, wanted, parts.pods);
  const objects = await observeObjects(eyes, wanted, { hasNamespace: place, deployment, pods: ready });
  const ownReady = parts.pods.filter((pod) => isReady(pod) && isOwn(pod));
  return {
    atMs: eyes.monotonicMs(),
    hasNamespace: place,
    objects,
    bridge: await readBridge(eyes.api, bridgeOf(wanted, parts.service, ownReady, isLate(objects))),
    deployment: deployment && observedDeployment(deployment, scalersIn(wanted).length > 0 ? leastPods(wanted) : 0),
    replicaSets: deployment ? observedReplicaSets({ ...parts, name: release.name, deployment, podOf }) : [],
    strangers: parts.behind.filter((pod) => !isOwn(pod)).map(({ metadata }) => metadata.name),
    unsafe: parts.service ? unsafeFields({ ...parts.service, apiVersion: 'v1', kind: 'Service' }) : [],
    otherScalers: otherScalers(wanted, parts.autoscalers),
    record,
  };
}

interface Parts {
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  /** Those that the live Service selects. */
  readonly behind: readonly Pod[];
  readonly configMaps: readonly ConfigMap[];
  readonly service: Manifest | undefined;
  readonly autoscalers: readonly Autoscaler[];
}

async function listParts({ api }: Eyes, { release, manifests }: Wanted): Promise<Parts> {
  const list = <T>(kind: string, selector: Readonly<Record<string, string>>) =>
    api.list<T>(collectionPath(kind, release.namespace), selector);
  const own = { [selectorLabels.app]: release.name };
  const [replicaSets, pods, configMaps, autoscalers, service] = await Promise.all([
    list<ReplicaSet>('ReplicaSet', own),
    list<Pod>('Pod', own),
    list<ConfigMap>('ConfigMap', own),
    manifests.length > 0 ? list<Autoscaler>('HorizontalPodAutoscaler', {}) : [],
    api.find<Manifest>(objectPath('Service', release)),
  ]);
  return { replicaSets, pods, behind: await podsBehind(service, pods, list), configMaps, autoscalers, service };
}

function isLate(objects: readonly ObservedObject[]): boolean {
  return objects.some(
    ({ name, stage, change }) => name.startsWith('Service/') && stage === 'after-pods' && change !== 'none',
  );
}

function bridgeOf(wanted: Wanted, live: Manifest | undefined, pods: readonly Pod[], isLate: boolean): BridgeParts {
  const front = wanted.manifests.find((manifest) => isKind(manifest, 'Service', ''));
  return { service: wanted.release, wanted: front, live, isLate, pods };
}

/** For the write of the bridge: the pods as they are now. */
export async function bridgeParts(api: Api, wanted: Wanted): Promise<BridgeParts> {
  const own = { [selectorLabels.app]: wanted.release.name };
  const pods = await api.list<Pod>(collectionPath('Pod', wanted.release.namespace), own);
  return bridgeOf(wanted, undefined, pods.filter(isReady), true);
}

/** A Service that somebody else made may select by other labels than ours. */
async function podsBehind(
  service: Manifest | undefined,
  own: readonly Pod[],
  list: <T>(kind: string, selector: Readonly<Record<string, string>>) => Promise<readonly T[]>,
): Promise<readonly Pod[]> {
  const selector = fieldsOf(service && specOf(service).selector) as Record<string, string>;
  if (Object.keys(selector).length === 0) return [];
  const [one] = own;
  const isOurs = one !== undefined && selector[selectorLabels.app] === one.metadata.labels?.[selectorLabels.app];
  const candidates = isOurs ? own : await list<Pod>('Pod', selector);
  return candidates.filter(({ metadata }) =>
    Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value),
  );
}

async function podsWith({ api }: Eyes, { release }: Wanted, pods: readonly Pod[]): Promise<(pod: Pod) => ObservedPod> {
  const unexplained = pods.filter((pod) => isUnready(pod) && !isEnding(pod) && !podTrouble(pod));
  const probes = await probeTroubles(api, release.namespace, unexplained);
  return (pod) => ({
    name: pod.metadata.name,
    isEnding: isEnding(pod),
    trouble: podTrouble(pod) ?? probes.get(pod.metadata.name),
  });
}
