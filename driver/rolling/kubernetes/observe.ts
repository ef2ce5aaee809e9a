/** One look at a rolling update on a real cluster. */
import { serviceManifests, type Manifest } from '../../../charts';
import { findVersion, labels, leastPods, type Release } from '../../../model';
import { ApiError, type Api } from '../../kubernetes/api';
import type { List } from '../../kubernetes/objects';
import type { ObservedDeployment, ObservedObject, ObservedPod, RollingObservation } from '../observation';
import { keepingReplicas, type Changes } from './changes';
import type { ConfigMap, LiveDeployment, LiveObject, OwnedPod, ReplicaSet } from './objects';
import { isOwnedBy } from './objects';
import { collection, nameOf, pathOf } from './paths';
import { observedReplicaSets } from './replica-sets';
import { awaitsProbe, podTrouble, probeTrouble } from './trouble';

export interface Eyes {
  readonly api: Api;
  readonly changes: Changes;
  readonly nowMs: () => number;
}

export async function observeRolling({ api, changes, nowMs }: Eyes, release: Release): Promise<RollingObservation> {
  const own = <T>(kind: string) => api.list<T>(collection(kind, release.namespace), { [labels.app]: release.name });
  const [objects, replicaSets, pods, configMaps] = await Promise.all([
    observeObjects(api, changes, release),
    own<ReplicaSet>('ReplicaSet'),
    own<OwnedPod>('Pod'),
    own<ConfigMap>('ConfigMap'),
  ]);
  const deployment = objects.find(({ manifest }) => manifest.kind === 'Deployment')?.live as LiveDeployment | undefined;
  const probes = await probeMessage(
    api,
    release,
    pods.filter((pod) => awaitsProbe(pod) && !podTrouble(pod)),
  );
  const podOf = (pod: OwnedPod): ObservedPod => ({
    name: pod.metadata.name,
    isEnding: pod.metadata.deletionTimestamp !== undefined,
    trouble: podTrouble(pod) ?? probes.get(pod.metadata.name),
  });
  const ownSets = replicaSets.filter(({ metadata }) => isOwnedBy(metadata, deployment?.metadata.uid));
  const isStranger = ({ metadata }: OwnedPod) => !ownSets.some((set) => isOwnedBy(metadata, set.metadata.uid));
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
    return (await api.find(`${collection('Namespace', '')}/${namespace}`)) !== undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return true;
    throw error;
  }
}

export function leastOf(release: Release): number {
  const [version] = release.versions;
  return version ? leastPods(release, findVersion(release, version.name)) : 1;
}

function observedDeployment(release: Release, { metadata, spec, status = {} }: LiveDeployment): ObservedDeployment {
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
    ...conditions(status),
  };
}

function counts({ updatedReplicas = 0, availableReplicas = 0, replicas = 0 }: NonNullable<LiveDeployment['status']>) {
  return { updated: updatedReplicas, available: availableReplicas, total: replicas };
}

function conditions({ conditions = [] }: NonNullable<LiveDeployment['status']>) {
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const failure = find('ReplicaFailure');
  return {
    hasMissedDeadline: find('Progressing')?.reason === 'ProgressDeadlineExceeded',
    replicaFailure: failure?.status === 'True' ? failure.message : undefined,
  };
}

function maxUnavailable(strategy: LiveDeployment['spec']['strategy']): string {
  return strategy?.type === 'Recreate' ? 'all' : String(strategy?.rollingUpdate?.maxUnavailable ?? '25%');
}

/** One request for all pods. Events are a convenience: without the right to read them less is known. */
async function probeMessage(api: Api, { namespace }: Release, pods: readonly OwnedPod[]) {
  if (pods.length === 0) return new Map<string, ReturnType<typeof probeTrouble>>();
  type Event = { readonly message?: string; readonly involvedObject?: { readonly name?: string } };
  const path = collection('Event', namespace);
  const query = { fieldSelector: 'involvedObject.kind=Pod,reason=Unhealthy' };
  const events = await api.send<List<Event>>({ method: 'GET', path, query }).catch(() => ({ items: [] }));
  return new Map(
    pods.flatMap((pod) => {
      const message = events.items.findLast(
        ({ involvedObject }) => involvedObject?.name === pod.metadata.name,
      )?.message;
      return message ? [[pod.metadata.name, probeTrouble(pod, message)] as const] : [];
    }),
  );
}
