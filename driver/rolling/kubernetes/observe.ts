/** One look at a rolling update on a real cluster. */
import { selectorLabels } from '../../../model';
import type { Api } from '../../kubernetes/api';
import {
  isEnding,
  isOwnedBy,
  type ConfigMap,
  type Deployment,
  type Pod,
  type ReplicaSet,
} from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import { isUnready, podTrouble } from '../../kubernetes/pod-trouble';
import { probeTroubles } from '../../kubernetes/probe-events';
import type { Observation, ObservedPod } from '../observation';
import type { Wanted } from '../wanted';
import type { Changes } from './changes';
import { observeObjects } from './observe-objects';
import { observedDeployment } from './read-deployment';
import { observedReplicaSets } from './replica-sets';

export interface Eyes {
  readonly api: Api;
  readonly changes: Changes;
  readonly nowMs: () => number;
}

export async function observe({ api, changes, nowMs }: Eyes, wanted: Wanted): Promise<Observation> {
  const { release } = wanted;
  const own = <T>(kind: string) =>
    api.list<T>(collectionPath(kind, release.namespace), { [selectorLabels.app]: release.name });
  const [objects, replicaSets, pods, configMaps] = await Promise.all([
    observeObjects(api, changes, wanted),
    own<ReplicaSet>('ReplicaSet'),
    own<Pod>('Pod'),
    own<ConfigMap>('ConfigMap'),
  ]);
  const deployment = objects.find(({ manifest }) => manifest.kind === 'Deployment')?.live as Deployment | undefined;
  const unexplained = pods.filter((pod) => isUnready(pod) && !isEnding(pod) && !podTrouble(pod));
  const probes = await probeTroubles(api, release.namespace, unexplained);
  const podOf = (pod: Pod): ObservedPod => ({
    name: pod.metadata.name,
    isEnding: isEnding(pod),
    trouble: podTrouble(pod) ?? probes.get(pod.metadata.name),
  });
  const ownSets = replicaSets.filter(({ metadata }) => isOwnedBy(metadata, deployment?.metadata.uid));
  const isStranger = ({ metadata }: Pod) => !ownSets.some((set) => isOwnedBy(metadata, set.metadata.uid));
  return {
    atMs: nowMs(),
    objects: objects.map(({ seen }) => seen),
    deployment: deployment && observedDeployment(release, deployment),
    replicaSets: deployment ? observedReplicaSets({ deployment, replicaSets, pods, configMaps, podOf }) : [],
    strangers: pods.filter(isStranger).map(({ metadata }) => metadata.name),
  };
}
