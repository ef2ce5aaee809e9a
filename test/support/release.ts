/** Releases for tests, always by way of the file's text: what a test renders is something that a file can say. */
import { stringify } from 'yaml';
import { formatProblem, parseRelease, type Release, type ReleaseFileInput } from '../../model';

const smallest: ReleaseFileInput = {
  name: 'demo',
  namespace: 'demo-ns',
  hosts: ['demo.example.com'],
  versions: { v1: { image: 'registry.test/demo:1' } },
  weights: { v1: 100 },
};

export const bothVersions = { v1: { image: 'registry.test/demo:1' }, v2: { image: 'registry.test/demo:2' } };

export function releaseText(fields: Partial<ReleaseFileInput> = {}): string {
  return stringify({ ...smallest, ...fields });
}

/** Throws when the file has problems. */
export function releaseOf(fields: Partial<ReleaseFileInput> = {}): Release {
  const parsed = parseRelease(releaseText(fields));
  if ('release' in parsed) return parsed.release;
  throw new Error(parsed.problems.map((problem) => formatProblem('release.yaml', problem)).join('\n'));
}

/** A release at its three moments. */
export const moments = {
  'one version': releaseOf(),
  'two versions, 90 to 10': releaseOf({ versions: bothVersions, weights: { v1: 90, v2: 10 } }),
  'finished, the old version still listed': releaseOf({ versions: bothVersions, weights: { v1: 0, v2: 100 } }),
};
