/** Creates and deletes the objects of one version, so that a driver killed half way leaves what the next one completes. */
import { destinationRuleManifest, versionManifests } from '../../../charts';
import { findVersion, versionedName, type Release } from '../../../model';
import type { Outcome } from '../../core/outcome';
import type { Observation } from '../observation';
import type { Api } from '../../kubernetes/api';
import type { Autoscaler, DestinationRule, KubernetesObject } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import { versionKinds, versionPath, type VersionKind } from './version-objects';
import { conditioned, identityOf } from '../../kubernetes/conditioned';
import { routeAsSeen } from './route-as-seen';

/** Only what is missing is created: a version is immutable, so what is there already is as it must be. */
export async function addVersion(api: Api, release: Release, version: string): Promise<Outcome> {
  const manifests = versionManifests(release, findVersion(release, version));
  for (const kind of versionKinds) {
    const manifest = manifests.find((candidate) => candidate.kind === kind);
    if (!manifest || (await api.find(versionPath(kind, release, version)))) continue;
    const outcome = await conditioned(() => api.create(collectionPath(kind, release.namespace), manifest));
    if (outcome === 'conflict') return outcome;
  }
  return 'written';
}

/** The Deployment goes last: as long as it is there, the version is seen and its removal is repeated. */
const removalOrder: readonly VersionKind[] = [
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'ConfigMap',
  'Deployment',
];

export async function removeVersion(api: Api, release: Release, version: string, seen: Observation): Promise<Outcome> {
  if (!(await routeAsSeen(api, release, seen))) return 'conflict';
  for (const kind of removalOrder) {
    const outcome = await remove(api, versionPath(kind, release, version));
    if (outcome === 'conflict') return outcome;
  }
  return 'written';
}

/** By uid: an object of the same name that was created meanwhile is not the one to delete. */
async function remove(api: Api, path: string): Promise<Outcome> {
  const live = await api.find<KubernetesObject>(path);
  if (!live) return 'written';
  const body = { propagationPolicy: 'Background', preconditions: { uid: live.metadata.uid } };
  return conditioned(() => api.send({ method: 'DELETE', path, body }));
}

export async function writeSubsets(
  api: Api,
  release: Release,
  versions: readonly string[],
  seen: Observation,
): Promise<Outcome> {
  const [live, route] = await Promise.all([
    api.find<DestinationRule>(objectPath('DestinationRule', release)),
    routeAsSeen(api, release, seen),
  ]);
  if (!live || !route || live.metadata.resourceVersion !== seen.subsets?.resourceVersion) return 'conflict';
  const manifest = destinationRuleManifest(release, versions);
  const metadata = { ...manifest.metadata, ...identityOf(live) };
  return conditioned(() => api.apply(objectPath('DestinationRule', release), { ...manifest, metadata }));
}

export async function setMinimum(
  api: Api,
  release: Release,
  version: string,
  pods: number,
  seen: Observation,
): Promise<Outcome> {
  const path = versionPath('HorizontalPodAutoscaler', release, version);
  const live = await api.find<Autoscaler>(path);
  if (!live || (live.spec.minReplicas ?? 1) !== seen.workloads[version]?.autoscaler?.minimum) return 'conflict';
  const { resourceVersion } = live.metadata;
  const body = {
    metadata: { name: versionedName(release.name, version), resourceVersion },
    spec: { minReplicas: pods },
  };
  return conditioned(() => api.merge(path, body));
}
