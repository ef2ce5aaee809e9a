/** Who wrote which field of an object, as the API server keeps it. */
import { fieldManager } from '../../model';
import type { Api } from './api';
import type { Fields, KubernetesObject, LiveObject, ManagedFields } from './objects';

/** Times have whole seconds. Of two writers in the same second the other one is named: its change must not pass for ours. */
export function lastWriter(object: KubernetesObject): string {
  const writers = managedFieldsOf(object).filter(({ subresource }) => !subresource);
  const latest = writers.reduce((time, entry) => ((entry.time ?? '') > time ? (entry.time ?? '') : time), '');
  const last = writers.filter(({ time }) => (time ?? '') === latest).map(({ manager }) => manager ?? 'unknown');
  return last.find((manager) => manager !== fieldManager) ?? last[0] ?? 'unknown';
}

/** Writers of synthesized manifests: kubectl, and our own creates, as a create is no apply. */
const installers = new Set([
  fieldManager,
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-set',
  'kubectl-edit',
]);

/** Whose fields become ours: installers' always, and everybody's of an object that handover never owned. */
export type Former = 'installers' | 'everybody';

export function isTakenOver(live: KubernetesObject, from: Former): boolean {
  return !managedFieldsOf(live).some((entry) => isFormer(entry, from));
}

/**
 * Takes over what others wrote. Their fields belong to another manager, so a server-side apply that leaves one of them out
 * would not remove it: an old preStop hook, or a whole container, would stay beside the new one. kubectl apply --server-side
 * does the same. Returns the resourceVersion after it. Throws the API server's conflict when the object is not as it was seen.
 */
export async function takeOver(api: Api, path: string, live: LiveObject, from: Former): Promise<string> {
  const { resourceVersion } = live.metadata;
  if (isTakenOver(live, from)) return resourceVersion;
  const body = [
    { op: 'replace', path: '/metadata/managedFields', value: takenOver(managedFieldsOf(live), from) },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
  const request = { method: 'PATCH', path, body, contentType: 'application/json-patch+json' } as const;
  return (await api.send<LiveObject>(request)).metadata.resourceVersion;
}

export function takenOver(entries: readonly ManagedFields[], from: Former): ManagedFields[] {
  const former = entries.filter((entry) => isFormer(entry, from));
  const ours = entries.find(isOurs) ?? { ...former[0], manager: fieldManager, operation: 'Apply' };
  const fields = [...former.map(withoutNotes), ours].map(({ fieldsV1 = {} }) => fieldsV1).reduce(union, {});
  return [...entries.filter((entry) => !isFormer(entry, from) && !isOurs(entry)), { ...ours, fieldsV1: fields }];
}

function isFormer({ manager = '', operation, subresource }: ManagedFields, from: Former): boolean {
  if (subresource) return false;
  const isOwn = manager === fieldManager && operation === 'Apply';
  if (from === 'everybody') return !isOwn;
  // What kubectl apply --server-side calls itself.
  return operation === 'Update' ? installers.has(manager) : manager === 'kubectl';
}

function isOurs({ manager, operation, subresource }: ManagedFields): boolean {
  return manager === fieldManager && operation === 'Apply' && !subresource;
}

function managedFieldsOf({ metadata }: KubernetesObject): readonly ManagedFields[] {
  return metadata.managedFields ?? [];
}

function union(a: Fields, b: Fields): Fields {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, union(a[key] ?? {}, b[key] ?? {})]));
}

/** Labels and annotations of others stay: they are notes of their tools, and no apply takes them away. */
function withoutNotes(entry: ManagedFields): ManagedFields {
  if (entry.manager === fieldManager) return entry;
  const { 'f:metadata': _, ...fields } = entry.fieldsV1 ?? {};
  return { ...entry, fieldsV1: fields };
}
