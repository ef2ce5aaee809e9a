/** Synth as the default app does it of a release file with YAML beside it, its warnings included, and without a process. */
import { stringify } from 'yaml';
import { readRelease, releaseManifests, warningsOf } from '../../charts';
import type { Synth } from '../../driver/synth/synth';
import { Refusal } from '../../model';

export const appSynth: Synth = {
  synthesize({ releaseFile, tell }) {
    try {
      const release = readRelease(releaseFile);
      const text = releaseManifests(release)
        .map((each) => stringify(each))
        .join('---\n');
      tell?.(
        warningsOf(release)
          .map((warning) => `warning: ${warning}\n`)
          .join(''),
      );
      return Promise.resolve([{ file: 'all.k8s.yaml', text }]);
    } catch (error) {
      return Promise.reject(new Refusal('synth', 'success from the app', 'exit code 1', (error as Error).message));
    }
  },
  manifestsIn: () => Promise.reject(new Error('expected a synth')),
};
