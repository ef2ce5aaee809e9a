/** The text of a release file: what parseRelease reads back as the same Release. */
import { stringify } from 'yaml';
import type { Release } from './release';
import type { ReleaseFileInput } from './release-file';

export function renderRelease(release: Release): string {
  const { versions, split, ...rest } = release;
  const file = {
    ...rest,
    versions: Object.fromEntries(
      versions.map(({ name, image, replicas, env, resources }) => [name, { image, replicas, env, resources }]),
    ),
    weights: split,
  } satisfies ReleaseFileInput;
  return stringify(file);
}
