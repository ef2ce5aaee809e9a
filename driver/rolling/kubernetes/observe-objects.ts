/** What of the release file is live, and what an apply would change. */
import { nameOf } from '../../../manifests';
import type { Release, Manifest } from '../../../model';
import { ApiError, type Api } from '../../kubernetes/api';
import type { LiveObject } from '../../kubernetes/objects';
import { objectPath, pathOf } from '../../kubernetes/paths';
import type { ObservedObject } from '../observation';
import type { Wanted } from '../wanted';
import { keepingReplicas, leastOf } from './apply-request';
import type { Changes } from './changes';

export interface Found {
  readonly manifest: Manifest;
  readonly live: LiveObject | undefined;
  readonly seen: ObservedObject;
}

export function observeObjects(api: Api, changes: Changes, { release, manifests }: Wanted): Promise<Found[]> {
  return Promise.all(
    manifests.map(async (manifest) => {
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
