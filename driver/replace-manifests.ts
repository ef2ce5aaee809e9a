/** Writes dist/ anew, as `cdk8s synth` does, but never leaves it empty or with half a file in it. */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { writeManifests } from '../charts';
import type { Release } from '../model';

/** What kubectl would read and no manifest is now goes; other files in the folder are not touched. */
export function replaceManifests(release: Release, dist: string): void {
  const target = resolve(dist);
  // Beside it, as a rename is atomic only within one file system.
  const fresh = join(dirname(target), `.${basename(target)}.handover-new`);
  rmSync(fresh, { recursive: true, force: true });
  writeManifests(release, fresh);
  mkdirSync(target, { recursive: true });
  const written = readdirSync(fresh);
  for (const name of written) renameSync(join(fresh, name), join(target, name));
  rmSync(fresh, { recursive: true });
  const stale = readdirSync(target).filter((name) => name.endsWith('.k8s.yaml') && !written.includes(name));
  for (const name of stale) rmSync(join(target, name));
}
