/** Synthesizes a release file by the real command, into a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './command';

/** Returns the folder with the manifests; the release file stays beside it, for whoever looks into a failure. */
export async function synth(releaseText: string, folder: string): Promise<string> {
  const releaseFile = join(folder, 'release.yaml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(releaseFile, releaseText);
  return synthIn('.', [releaseFile], join(folder, 'dist'));
}

/** By the cdk8s.yaml of a folder, of one App with several services; returns the folder with the manifests. */
export async function synthIn(cwd: string, releaseFiles: readonly string[], dist: string): Promise<string> {
  await run(resolve('node_modules/.bin/cdk8s'), ['synth', '--output', dist], {
    cwd,
    env: { RELEASE_FILE: releaseFiles.join(':'), CDK8S_CHECK_UPGRADE: 'false' },
  });
  return dist;
}
