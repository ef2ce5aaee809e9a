/** Writes dist/ anew, as `cdk8s synth` does, but never leaves it empty or with half a file in it. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ManifestFile } from '../../../manifests';
import { isAnothers, placesIn, servicesIn } from './places';

/** Throws when `replaceManifests` could not do its work. */
export function proveReplaceableFolder(dist: string): void {
  const fresh = freshIn(resolve(dist));
  rmSync(fresh, { recursive: true, force: true });
  const made = mkdirSync(fresh, { recursive: true });
  rmSync(made ?? fresh, { recursive: true });
}

/** `before` is what synth wrote until now: those of its files that it does not write any more go. Others are not touched. */
export function replaceManifests(
  dist: string,
  synthesized: readonly ManifestFile[],
  before: readonly ManifestFile[],
): void {
  const target = resolve(dist);
  const places = placesIn(target, synthesized, before);
  const files = synthesized.map(({ text }, index) => ({ file: places[index] as string, text }));
  const stale = staleIn(target, files, before);
  const fresh = freshIn(target);
  rmSync(fresh, { recursive: true, force: true });
  for (const { file, text } of files) write(join(fresh, file), text);
  for (const { file } of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    renameSync(join(fresh, file), join(target, file));
  }
  rmSync(fresh, { recursive: true });
  for (const file of stale) if (existsSync(join(target, file))) rmSync(join(target, file));
}

/** Where synth wrote before and does not now, unless another service has its own there. */
function staleIn(target: string, files: readonly ManifestFile[], before: readonly ManifestFile[]): string[] {
  const [service] = files.flatMap(({ text }) => servicesIn(text));
  return placesIn(target, before, before).filter(
    (place) => !files.some(({ file }) => file === place) && !isAnothers(target, place, service, before),
  );
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A rename is atomic only within one file system, and dist/ may be a link or a mounted folder. Nobody reads names with a dot. */
function freshIn(target: string): string {
  return join(target, '.handover-new');
}
