/** What synth wrote of this service; undefined for commands that create nothing. */
import type { ServiceShape } from '../../../manifests';
import { Refusal, type Manifest } from '../../../model';

export type Carried = ServiceShape | undefined;

/**
 * Of a version, in the order to create them, and before them what its pods may share with those of others. Throws a Refusal when
 * the manifests do not have the version.
 */
export function objectsOf(carried: Carried, version: string): readonly Manifest[] {
  const found = carried?.versions[version];
  if (found) return [...carried.shared, ...found.objects];
  const fix = `list ${version} in the release file, so that synth writes it`;
  throw new Refusal('manifests', `the objects of ${version} in the manifests`, 'none', fix);
}
