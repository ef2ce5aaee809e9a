/** Writes dist/ anew, as `cdk8s synth` does, but never leaves it empty or with half a file in it. */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { writeManifests } from '../../../charts';
import type { Release } from '../../../model';

/** Throws when `replaceManifests` could not do its work. */
export function proveReplaceableFolder(dist: string): void {
  const fresh = freshOf(resolve(dist));
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  rmSync(fresh, { recursive: true });
}

/** What kubectl would read and no manifest is now goes; other files in the folder are not touched. */
export function replaceManifests(release: Release, dist: string): void {
  const target = resolve(dist);
  const fresh = freshOf(target);
  rmSync(fresh, { recursive: true, force: true });
  writeManifests([release], fresh);
  mkdirSync(target, { recursive: true });
  const written = readdirSync(fresh);
  for (const name of written) renameSync(join(fresh, name), join(target, name));
  rmSync(fresh, { recursive: true });
  const stale = readdirSync(target).filter((name) => name.endsWith('.k8s.yaml') && !written.includes(name));
  for (const name of stale) rmSync(join(target, name));
}

/** Beside it, as a rename is atomic only within one file system. */
function freshOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.handover-new`);
}
