/** Who owns which field, as a server-side apply of Kubernetes keeps it: the rules that the driver relies on. */
import { canonical, fieldsOf, isFields, type Fields } from '../../../manifests';
import type { ManagedFields } from '../../../driver/kubernetes/objects';

export type Owned = { [key: string]: Owned };

/** Lists that the API merges by key; all other lists are one value. */
const listKeys: readonly [RegExp, readonly string[]][] = [
  [/\.spec\.ports$/, ['port', 'protocol']],
  [/\.containers\[\]\.ports$/, ['containerPort', 'protocol']],
  [/\.(containers|initContainers|volumes|env)$/, ['name']],
];
/** Mappings that are one value. */
const atomic = /^(\.spec\.selector|.*\.matchLabels|.*\.labelSelector|\.data_)$/;

function keysOf(path: string): readonly string[] | undefined {
  return listKeys.find(([pattern]) => pattern.test(path))?.[1];
}

export function elementKey(element: unknown, keys: readonly string[]): string {
  const fields = fieldsOf(element);
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, fields[key] ?? (key === 'protocol' ? 'TCP' : null)])))}`;
}

/** The fields of an object, without its name and its bookkeeping. */
export function fieldsOfObject({ apiVersion: _a, kind: _k, status: _s, metadata, ...rest }: Fields): Owned {
  const { labels, annotations } = fieldsOf(metadata);
  const kept = { ...(isFields(labels) && { labels }), ...(isFields(annotations) && { annotations }) };
  return ownedOf({ metadata: kept, ...rest }, '');
}

function ownedOf(value: unknown, path: string): Owned {
  const keys = Array.isArray(value) ? keysOf(path) : undefined;
  if (keys)
    return Object.fromEntries(
      (value as unknown[]).map((element) => [elementKey(element, keys), ownedOf(element, `${path}[]`)]),
    );
  if (!isFields(value) || atomic.test(path)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [`f:${key}`, ownedOf(below, `${path}.${key}`)]),
  );
}

export function ownersOf(object: Fields | undefined): ManagedFields[] {
  return [...((fieldsOf(object?.metadata).managedFields ?? []) as ManagedFields[])];
}

/** The entry of a manager; an empty one is taken out. */
export function withEntry(entries: readonly ManagedFields[], entry: ManagedFields): ManagedFields[] {
  const others = entries.filter((other) => !isSame(other, entry));
  return Object.keys(entry.fieldsV1 ?? {}).length > 0 ? [...others, entry] : others;
}

export function isSame(a: ManagedFields, b: ManagedFields): boolean {
  return a.manager === b.manager && a.operation === b.operation && (a.subresource ?? '') === (b.subresource ?? '');
}

/** What is in both, or in the first alone. */
export function minus(a: Owned, b: Owned): Owned {
  const left = Object.entries(a).flatMap(([key, below]) => {
    const other = b[key];
    if (other === undefined) return [[key, below] as const];
    const deeper = minus(below, other);
    return Object.keys(deeper).length > 0 ? [[key, deeper] as const] : [];
  });
  return Object.fromEntries(left);
}

export function plus(a: Owned, b: Owned): Owned {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, plus(a[key] ?? {}, b[key] ?? {})]));
}

/** The fields whose values differ. */
export function changedFields(before: Fields | undefined, after: Fields): Owned {
  return changed(before ? strip(before) : undefined, strip(after), '');
}

function strip({ apiVersion: _a, kind: _k, status: _s, metadata, ...rest }: Fields): Fields {
  const { labels = {}, annotations = {} } = fieldsOf(metadata);
  return { metadata: { labels, annotations }, ...rest };
}

function changed(before: unknown, after: unknown, path: string): Owned {
  const keys = Array.isArray(after) ? keysOf(path) : undefined;
  if (keys) {
    const old = Array.isArray(before) ? (before as unknown[]) : [];
    const pairs = (after as unknown[]).map((element) => {
      const key = elementKey(element, keys);
      return [key, element, old.find((other) => elementKey(other, keys) === key)] as const;
    });
    return Object.fromEntries(
      pairs
        .filter(([, element, other]) => canonical(element) !== canonical(other))
        .map(([key, element, other]) => [
          key,
          other ? changed(other, element, `${path}[]`) : ownedOf(element, `${path}[]`),
        ]),
    );
  }
  if (!isFields(after) || atomic.test(path)) return {};
  return Object.fromEntries(
    Object.entries(after)
      .filter(([key, value]) => canonical(value) !== canonical(fieldsOf(before)[key]))
      .map(([key, value]) => [`f:${key}`, changed(fieldsOf(before)[key], value, `${path}.${key}`)]),
  );
}

/** The live object after an apply: the body's fields, without those that its manager gave up and nobody else owns. */
export function applied(live: Fields, body: Fields, removed: Owned): Fields {
  const { apiVersion: _a, kind: _k, metadata, ...rest } = body;
  const { labels, annotations } = fieldsOf(metadata);
  const pruned = prune(live, removed, '');
  const own = { ...(isFields(labels) && { labels }), ...(isFields(annotations) && { annotations }) };
  return merge(pruned, { ...rest, metadata: own }, '') as Fields;
}

function prune(value: Fields, removed: Owned, path: string): Fields {
  const entries = Object.entries(value).flatMap(([key, below]): [string, unknown][] => {
    const gone = removed[`f:${key}`];
    if (gone === undefined) return [[key, below]];
    if (Object.keys(gone).length === 0) return [];
    const where = `${path}.${key}`;
    const keys = Array.isArray(below) ? keysOf(where) : undefined;
    if (keys) return [[key, pruneList(below as unknown[], gone, keys, where)]];
    return [[key, isFields(below) ? prune(below, gone, where) : below]];
  });
  return Object.fromEntries(entries);
}

function pruneList(list: readonly unknown[], removed: Owned, keys: readonly string[], path: string): unknown[] {
  return list.flatMap((element) => {
    const gone = removed[elementKey(element, keys)];
    if (gone === undefined) return [element];
    const left = prune(fieldsOf(element), gone, `${path}[]`);
    return Object.keys(left).every((key) => keys.includes(key)) ? [] : [left];
  });
}

function merge(live: unknown, body: unknown, path: string): unknown {
  const keys = Array.isArray(body) ? keysOf(path) : undefined;
  if (keys) {
    const old = Array.isArray(live) ? (live as unknown[]) : [];
    const find = (list: readonly unknown[], element: unknown) =>
      list.find((other) => elementKey(other, keys) === elementKey(element, keys));
    const merged = (body as unknown[]).map((element) => merge(find(old, element), element, `${path}[]`));
    return [...merged, ...old.filter((element) => find(body as unknown[], element) === undefined)];
  }
  if (!isFields(body) || !isFields(live) || atomic.test(path)) return body;
  return Object.entries(body).reduce<Fields>(
    (all, [key, value]) => ({ ...all, [key]: merge(all[key], value, `${path}.${key}`) }),
    live,
  );
}
