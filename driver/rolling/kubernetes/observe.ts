/** One look at a rolling update on a real cluster. */
import { serviceManifests, type Manifest } from '../../../charts';
import { findVersion, selectorLabels, leastPods, type Release } from '../../../model';
import { ApiError, type Api } from '../../kubernetes/api';
import {
  isEnding,
  isOwnedBy,
  type ConfigMap,
  type Deployment,
  type LiveObject,
  type Pod,
  type ReplicaSet,
} from '../../kubernetes/objects';
import { collectionPath, objectPath, pathOf } from '../../kubernetes/paths';
import { hasMissedDeadline, isUnready, podTrouble, replicaFailure } from '../../kubernetes/pod-trouble';
import { probeTroubles } from '../../kubernetes/probe-events';
import type { ObservedDeployment, ObservedObject, ObservedPod, RollingObservation } from '../observation';
import { keepingReplicas, nameOf, type Changes } from './changes';
import { observedReplicaSets } from './replica-sets';

export interface Eyes {
  readonly api: Api;
  readonly changes: Changes;
  readonly nowMs: () => number;
}

export async function observeRolling({ api, changes, nowMs }: Eyes, release: Release): Promise<RollingObservation> {
  const own = <T>(kind: string) =>
    api.list<T>(collectionPath(kind, release.namespace), { [selectorLabels.app]: release.name });
  const [objects, replicaSets, pods, configMaps] = await Promise.all([
    observeObjects(api, changes, release),
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

interface Found {
  readonly manifest: Manifest;
  readonly live: LiveObject | undefined;
  readonly seen: ObservedObject;
}

function observeObjects(api: Api, changes: Changes, release: Release): Promise<Found[]> {
  return Promise.all(
    serviceManifests(release).map(async (manifest) => {
      if (manifest.kind === 'Namespace') return { manifest, live: undefined, seen: await namespaceOf(api, release) };
      return observeManifest(api, changes, release, manifest);
    }),
  );
}

/** Controllers write often: twice in a row is no reason to give up. */
const attempts = 10;

async function observeManifest(api: Api, changes: Changes, release: Release, manifest: Manifest): Promise<Found> {
  for (let attempt = 1; ; attempt++) {
    const found = await api.find<LiveObject>(pathOf(manifest));
    const live = found && { ...found, apiVersion: manifest.apiVersion, kind: manifest.kind };
    try {
      return { manifest, live, seen: await observeObject(changes, release, manifest, live) };
    } catch (error) {
      const isConflict = error instanceof ApiError && error.status === 409;
      if (!isConflict || attempt === attempts) throw error;
    }
  }
}

async function namespaceOf(api: Api, release: Release): Promise<ObservedObject> {
  const change = (await hasNamespace(api, release)) ? 'none' : 'create';
  return { name: `Namespace/${release.namespace}`, resourceVersion: undefined, change, rolls: false };
}

async function observeObject(
  changes: Changes,
  release: Release,
  manifest: Manifest,
  live: LiveObject | undefined,
): Promise<ObservedObject> {
  const name = nameOf(manifest);
  if (!live) return { name, resourceVersion: undefined, change: 'create', rolls: manifest.kind === 'Deployment' };
  const { resourceVersion } = live.metadata;
  const change = await changes.of(keepingReplicas(manifest, live, leastOf(release)), live);
  return { name, resourceVersion, change: change.changes ? 'update' : 'none', rolls: change.rolls };
}

/** Whoever may deploy into a namespace seldom may look at namespaces, or change one: that it exists is enough. */
export async function hasNamespace(api: Api, { namespace }: { readonly namespace: string }): Promise<boolean> {
  try {
    return (await api.find(objectPath('Namespace', { namespace, name: namespace }))) !== undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return true;
    throw error;
  }
}

export function leastOf(release: Release): number {
  const [version] = release.versions;
  return version ? leastPods(release, findVersion(release, version.name)) : 1;
}

function observedDeployment(release: Release, live: Deployment): ObservedDeployment {
  const { metadata, spec, status = {} } = live;
  const { replicas = 1, paused: isPaused = false } = spec;
  return {
    resourceVersion: metadata.resourceVersion ?? '',
    isCurrent: (status.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    // An autoscaler raises a new Deployment to its minimum only after its first look.
    wanted: Math.max(replicas, release.autoscaling?.minReplicas ?? 0),
    ...counts(status),
    isPaused,
    maxUnavailable: maxUnavailable(spec.strategy),
    selector: spec.selector.matchLabels ?? {},
    hasMissedDeadline: hasMissedDeadline(live),
    replicaFailure: replicaFailure(live),
  };
}

function counts({ updatedReplicas = 0, availableReplicas = 0, replicas = 0 }: NonNullable<Deployment['status']>) {
  return { updated: updatedReplicas, available: availableReplicas, total: replicas };
}

function maxUnavailable(strategy: Deployment['spec']['strategy']): string {
  return strategy?.type === 'Recreate' ? 'all' : String(strategy?.rollingUpdate?.maxUnavailable ?? '25%');
}
