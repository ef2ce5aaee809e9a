/** An apply of one manifest: what is sent, on which condition, and with how many pods. */
import { isKind, specOf, withSpec } from '../../../manifests';
import { fieldManager, type Manifest } from '../../../model';
import type { ApiRequest } from '../../kubernetes/api';
import type { LiveObject } from '../../kubernetes/objects';
import { withSafeFields } from '../safe-fields';
import { leastPods, type Wanted } from '../wanted';

const applyQuery = { fieldManager, force: 'true' };

export function applyRequest(path: string, body: Manifest): ApiRequest {
  return { method: 'PATCH', path, query: applyQuery, body, contentType: 'application/apply-patch+yaml' };
}

/** An apply on the condition that the object is as it was seen; without its uid, a deleted one would be created anew. */
export function asSeen(manifest: Manifest, { metadata: { uid, resourceVersion } }: LiveObject): Manifest {
  const metadata: Manifest['metadata'] & Record<string, unknown> = { ...manifest.metadata, uid, resourceVersion };
  return { ...manifest, metadata };
}

/** What is sent over a live object, or created where there is none. */
export function bodyFor(manifest: Manifest, live: LiveObject | undefined, wanted: Wanted): Manifest {
  const scaled = keepingReplicas(manifest, live, leastPods(wanted));
  return live ? withSafeFields(scaled, live) : scaled;
}

/**
 * With an autoscaler the manifest has no number of pods. An apply without the field would set it to 1, and one pod would get
 * the traffic of all; so the apply keeps the number that is live.
 */
export function keepingReplicas(manifest: Manifest, live: LiveObject | undefined, least: number): Manifest {
  if (!isKind(manifest, 'Deployment', 'apps') || specOf(manifest).replicas !== undefined) return manifest;
  return withSpec(manifest, 'replicas', live ? (specOf(live).replicas ?? least) : least);
}
