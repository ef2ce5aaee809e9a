/** Synth without a process: what the app of this repository writes of a release file. */
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { releaseManifests } from '../../charts';
import type { Synth } from '../../driver/synth/synth';
import { beside, parseRelease } from '../../model';

export const chartsSynth: Synth = {
  synthesize({ releaseFile, text = readFileSync(releaseFile, 'utf8') }) {
    const parsed = parseRelease(
      text,
      beside(releaseFile, (path) => readFileSync(path, 'utf8')),
    );
    if ('problems' in parsed) return Promise.reject(new Error(JSON.stringify(parsed.problems)));
    const documents = releaseManifests(parsed.release).map((manifest) => stringify(manifest));
    return Promise.resolve([{ file: 'manifests.k8s.yaml', text: documents.join('---\n') }]);
  },
  manifestsIn: () => Promise.reject(new Error('expected a synth, found a folder of manifests')),
};
