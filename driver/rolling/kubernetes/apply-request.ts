/** An apply of one manifest: on which condition, and with how many pods. */
import { fieldManager, leastPods, type Release, type Manifest } from '../../../model';
import type { LiveObject } from '../../kubernetes/objects';
import { pathOf } from '../../kubernetes/paths';

const applyQuery = { fieldManager, force: 'true' };

export function applyRequest(body: Manifest) {
  return {
    method: 'PATCH',
    path: pathOf(body),
    query: applyQuery,
    body,
    contentType: 'application/apply-patch+yaml',
  } as const;
}

/** An apply on the condition that the object is as it was seen; without its uid, a deleted one would be created anew. */
export function asSeen(manifest: Manifest, { metadata: { uid, resourceVersion } }: LiveObject): Manifest {
  const metadata: Manifest['metadata'] & Record<string, unknown> = { ...manifest.metadata, uid, resourceVersion };
  return { ...manifest, metadata };
}

/**
 * With an autoscaler the manifest has no number of pods. An apply without the field would set it to 1, and one pod would get
 * the traffic of all; so the apply keeps the number that is live.
 */
export function keepingReplicas(manifest: Manifest, live: LiveObject | undefined, least: number): Manifest {
  const spec = manifest.spec as { replicas?: number } | undefined;
  if (manifest.kind !== 'Deployment' || spec?.replicas !== undefined) return manifest;
  const replicas = (live?.spec as { replicas?: number } | undefined)?.replicas ?? least;
  return { ...manifest, spec: { ...spec, replicas } };
}

/** With how many pods a new Deployment begins. */
export function leastOf(release: Release): number {
  const [version] = release.versions;
  return version ? leastPods(release, version) : 1;
}
