/** What the release file wants to be live. Rendered once for a command: a look comes twice a second, and a rendering costs. */
import { serviceManifests } from '../../charts';
import type { Release, Manifest } from '../../model';

export interface Wanted {
  readonly release: Release;
  /** As synth writes them, in the order to write them. */
  readonly manifests: readonly Manifest[];
}

export function wantedBy(release: Release): Wanted {
  return { release, manifests: serviceManifests(release) };
}
