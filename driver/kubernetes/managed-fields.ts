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

/** Writers whose fields become ours: kubectl, and our own creates, as a create is no apply. Nobody's are who did not consent. */
const formerManagers = new Set([
  fieldManager,
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-set',
  'kubectl-edit',
]);

export function isTakenOver(live: KubernetesObject): boolean {
  return !managedFieldsOf(live).some(isFormer);
}

/**
 * Takes over what `kubectl apply` wrote. Its fields belong to another manager, so a server-side apply that leaves one of them
 * out would not remove it: an old preStop hook would stay beside the new one. kubectl apply --server-side does the same.
 * Returns the resourceVersion after it. Throws the API server's conflict when the object is not as it was seen.
 */
export async function takeOver(api: Api, path: string, live: LiveObject): Promise<string> {
  const { resourceVersion } = live.metadata;
  if (isTakenOver(live)) return resourceVersion;
  const body = [
    { op: 'replace', path: '/metadata/managedFields', value: takenOver(managedFieldsOf(live)) },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
  const request = { method: 'PATCH', path, body, contentType: 'application/json-patch+json' } as const;
  return (await api.send<LiveObject>(request)).metadata.resourceVersion;
}

export function takenOver(entries: readonly ManagedFields[]): ManagedFields[] {
  const former = entries.filter(isFormer);
  const ours = entries.find(isOurs) ?? { ...former[0], manager: fieldManager, operation: 'Apply' };
  const fields = [...former, ours].map(({ fieldsV1 = {} }) => fieldsV1).reduce(union, {});
  return [...entries.filter((entry) => !isFormer(entry) && !isOurs(entry)), { ...ours, fieldsV1: withoutNote(fields) }];
}

function isFormer({ manager = '', operation, subresource }: ManagedFields): boolean {
  if (subresource) return false;
  // What kubectl apply --server-side calls itself.
  return operation === 'Update' ? formerManagers.has(manager) : manager === 'kubectl';
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

/** kubectl's own note of what it applied stays its own. */
function withoutNote(fields: Fields): Fields {
  const { 'f:annotations': annotations, ...metadata } = fields['f:metadata'] ?? {};
  if (!annotations) return fields;
  const { 'f:kubectl.kubernetes.io/last-applied-configuration': _, ...others } = annotations;
  return { ...fields, 'f:metadata': { ...metadata, 'f:annotations': others } };
}
