/** Synth without a process: what the app of this repository writes of a release file. */
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { releaseManifests } from '../../charts';
import type { Synth } from '../../driver/synth/synth';
import { beside, parseRelease, type Release } from '../../model';

export const chartsSynth: Synth = {
  synthesize({ releaseFile, text = readFileSync(releaseFile, 'utf8') }) {
    const parsed = parseRelease(
      text,
      beside(releaseFile, (path) => readFileSync(path, 'utf8')),
    );
    if ('problems' in parsed) return Promise.reject(new Error(JSON.stringify(parsed.problems)));
    return Promise.resolve([{ file: 'manifests.k8s.yaml', text: textOf(parsed.release) }]);
  },
  manifestsIn: () => Promise.reject(new Error('expected a synth, found a folder of manifests')),
};

/** Each command synthesizes a few times, and the tests of a suite are mostly about the same release. */
const texts = new Map<string, string>();

function textOf(release: Release): string {
  const key = JSON.stringify(release);
  const known = texts.get(key);
  if (known !== undefined) return known;
  const documents = releaseManifests(release).map((manifest) => stringify(manifest));
  const text = documents.join('---\n');
  texts.set(key, text);
  return text;
}
