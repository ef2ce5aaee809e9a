/** What a person or a program wrote into an object; the rest is bookkeeping. */
import { createHash } from 'node:crypto';
import { canonical } from '../../../manifests';
import type { Manifest } from '../../../model';

const bookkeeping = ['resourceVersion', 'generation', 'managedFields', 'uid', 'creationTimestamp', 'selfLink'];

export function essenceOf({ apiVersion: _a, kind: _k, status: _s, metadata, ...rest }: Manifest): object {
  const kept = Object.entries(metadata).filter(([key]) => !bookkeeping.includes(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

/**
 * Equal while the specification is the same. Without the metadata: controllers write their notes into it, and those are
 * nobody's change of the release.
 */
export function essenceDigest(object: Manifest): string {
  const { metadata: _, ...spec } = essenceOf(object) as Manifest;
  return createHash('sha256').update(canonical(spec)).digest('hex').slice(0, 16);
}
