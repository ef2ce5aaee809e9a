/**
 * How the destinations of a VirtualService were written before the release: their order, and whether a single one had a
 * weight. Several spellings mean the same split. After an abort the object must have its old one again, or Git and the
 * cluster would differ.
 */
import * as z from 'zod';
import { annotations, type Manifest } from '../model';
import { plainTargets, shares, type Target } from './destinations';
import type { HttpRoute } from './http-route';
import { annotationOf, canonical, type Fields } from './manifest';

/** By the split or pinned route as it is now. Without an entry it was written as synth does. */
export type AtRest = ReadonlyMap<Fields, readonly Target[]>;

const noted = z.array(z.array(z.tuple([z.string(), z.number().nullable()])));

/** At rest the object shows it itself; during a release a note does, one entry for each split or pinned route. */
export function atRestOf(virtualService: Manifest, routes: readonly HttpRoute[]): AtRest {
  const edited = routes.filter((each) => each.part === 'split' || each.part === 'pinned');
  const isAtRest = edited.every((each) => each.part === 'pinned' || each.marker === '');
  if (isAtRest) return new Map(edited.map(({ route, targets }) => [route, targets]));
  const note = readNote(annotationOf(virtualService, annotations.atRest));
  return note.length === edited.length ? new Map(edited.map(({ route }, i) => [route, note[i] ?? []])) : new Map();
}

/** Undefined where synth would write the same: most objects need no note. */
export function noteOf(atRest: AtRest): string | undefined {
  const targets = [...atRest.values()];
  return targets.every(isPlain) ? undefined : JSON.stringify(targets);
}

function isPlain(targets: readonly Target[]): boolean {
  const split = shares(targets);
  return split !== undefined && canonical(plainTargets(split)) === canonical(targets);
}

/** When somebody damaged the note, synth's spelling is used. The split does not depend on it. */
function readNote(text: string | undefined): z.output<typeof noted> {
  try {
    return noted.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
