/** The write of an edit: a JSON patch (RFC 6902) that holds for the object as it was seen, and touches what is edited alone. */
import type { Manifest } from '../model';
import { createHash } from 'node:crypto';
import { annotationOf, canonical, listOf, specOf, withField, withSpec } from './manifest';

export interface PatchOperation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  /** A JSON pointer (RFC 6901). */
  readonly path: string;
  readonly value?: unknown;
}

export type JsonPatch = readonly PatchOperation[];

const editedFields = ['http', 'subsets', 'trafficPolicy'] as const;
const annotationPrefix = 'handover/';

/**
 * From the live object to the wanted one. Throws an Error when they differ in more than /spec/http, /spec/subsets,
 * /spec/trafficPolicy and annotations handover/*: that is a mistake of the caller, and the write would take somebody else's fields.
 */
export function patchOf(live: Manifest, wanted: Manifest): JsonPatch {
  if (canonical(withoutEdited(live)) !== canonical(withoutEdited(wanted)))
    throw new Error(
      `expected ${live.kind} ${live.metadata.name} to differ in edited fields alone, found other differences`,
    );
  return [
    ...asSeen(live),
    ...editedFields.flatMap((key) => specPatch(live, wanted, key)),
    ...annotationPatch(live, wanted),
  ];
}

/** Of the spec, whatever the order of its keys and of its subsets, which means nothing: 16 hexadecimal digits. */
export function digestOf(object: Manifest): string {
  const { subsets, ...spec } = specOf(object);
  const sorted = listOf(subsets).map(canonical).sort();
  return createHash('sha256')
    .update(canonical([spec, sorted]))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Takes our entries out of managedFields, so that the next apply of the owner needs no force. Undefined when there is none.
 * The API server ignores an empty list there, and takes a list of one empty entry for it.
 */
export function disownPatch(live: Manifest, manager: string): JsonPatch | undefined {
  const entries = listOf(live.metadata.managedFields);
  const places = [...entries.keys()].filter((place) => isOwn(entries[place], manager));
  if (places.length === 0) return undefined;
  const pathOf = (place: number) => `/metadata/managedFields/${place}`;
  const tests = places.map((place) => ({ op: 'test', path: `${pathOf(place)}/manager`, value: manager }) as const);
  const removals = places.reverse().map((place) => ({ op: 'remove', path: pathOf(place) }) as const);
  const all = { op: 'replace', path: '/metadata/managedFields', value: [{}] } as const;
  return [...asSeen(live), ...tests, ...(places.length === entries.length ? [all] : removals)];
}

function isOwn(entry: ReturnType<typeof listOf>[number] | undefined, manager: string): boolean {
  const wrote = entry?.operation === 'Update' || entry?.operation === 'Apply';
  return wrote && entry.manager === manager && !entry.subresource;
}

function asSeen({ kind, metadata }: Manifest): JsonPatch {
  return ['uid', 'resourceVersion'].map((key) => {
    const value = metadata[key];
    if (typeof value !== 'string') throw new Error(`expected ${key} of a live ${kind} ${metadata.name}, found none`);
    return { op: 'test', path: `/metadata/${key}`, value };
  });
}

function specPatch(live: Manifest, wanted: Manifest, key: (typeof editedFields)[number]): JsonPatch {
  return change(`/spec/${key}`, specOf(live)[key], specOf(wanted)[key]);
}

function annotationPatch(live: Manifest, wanted: Manifest): JsonPatch {
  const keys = new Set(
    [live, wanted].flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {}).filter(isOurs)),
  );
  const changes = [...keys].flatMap((key) => {
    const path = `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return change(path, annotationOf(live, key), annotationOf(wanted, key));
  });
  const isAbsent = live.metadata.annotations === undefined && changes.length > 0;
  return isAbsent ? [{ op: 'add', path: '/metadata/annotations', value: {} }, ...changes] : changes;
}

function change(path: string, before: unknown, after: unknown): JsonPatch {
  if (canonical(before) === canonical(after)) return [];
  if (after === undefined) return [{ op: 'remove', path }];
  return [{ op: before === undefined ? 'add' : 'replace', path, value: after }];
}

function isOurs(key: string): boolean {
  return key.startsWith(annotationPrefix);
}

function withoutEdited(object: Manifest): Manifest {
  const foreign = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => !isOurs(key));
  const metadata = withField(object.metadata, 'annotations', Object.fromEntries(foreign));
  const left = editedFields.reduce((part, key) => withSpec(part, key, undefined), object);
  return { ...left, metadata };
}
