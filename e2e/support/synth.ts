/** Synthesizes a release file by the real command, into a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './command';

/** Returns the folder with the manifests; the release file stays beside it, for whoever looks into a failure. */
export async function synth(releaseText: string, folder: string): Promise<string> {
  const releaseFile = join(folder, 'release.yaml');
  const dist = join(folder, 'dist');
  mkdirSync(folder, { recursive: true });
  writeFileSync(releaseFile, releaseText);
  await run(resolve('node_modules/.bin/cdk8s'), ['synth', '--output', dist], {
    env: { RELEASE_FILE: releaseFile, CDK8S_CHECK_UPGRADE: 'false' },
  });
  return dist;
}
