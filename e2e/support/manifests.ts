/** Reads, picks and changes synthesized manifests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest as AnyManifest } from '../../model';

// Tests change manifests in ways that no type allows.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = AnyManifest & { [field: string]: any };

/** All objects below a folder, in the order in which `kubectl apply -f FOLDER` takes them. */
export function readManifests(folder: string): Manifest[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** As JSON: a plain `on` is a string to the YAML of our parser, and a boolean to that of kubectl. */
export function renderManifests(manifests: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
}

export function ofKind(manifests: readonly Manifest[], ...kinds: readonly string[]): Manifest[] {
  const found = manifests.filter(({ kind }) => kinds.includes(kind));
  const missing = kinds.filter((kind) => !found.some((manifest) => manifest.kind === kind));
  if (missing.length > 0) throw new Error(`expected a manifest of kind ${missing.join(', ')}, found none`);
  return found;
}

export function withoutKind(manifests: readonly Manifest[], ...kinds: readonly string[]): Manifest[] {
  return manifests.filter(({ kind }) => !kinds.includes(kind));
}
