/** For commands that need no manifests. */
import type { Synth } from '../../driver/synth/synth';

const refuse = () => Promise.reject(new Error('this test has no cdk8s app'));
export const noSynth: Synth = { synthesize: refuse, manifestsIn: refuse };
