/**
 * Takes over what `kubectl apply` wrote. Its fields belong to another manager, so a server-side apply that leaves one of them
 * out would not remove it: an old preStop hook would stay beside the new one. kubectl apply --server-side does the same. What
 * handover itself created is in the same case, as a create is no apply.
 */
import { fieldManager } from '../../../model';
import type { Api } from '../../kubernetes/api';
import type { LiveObject } from './objects';
import { pathOf } from './paths';

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Fields;
}

type Fields = { readonly [field: string]: Fields };

const formerManagers = new Set([
  fieldManager,
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-set',
  'kubectl-edit',
]);

export function isTakenOver(live: LiveObject): boolean {
  return !managedFieldsOf(live).some(isFormer);
}

/** Returns the resourceVersion after it. Throws the API server's conflict when the object is not as it was seen. */
export async function takeOver(api: Api, live: LiveObject): Promise<string> {
  const { resourceVersion } = live.metadata;
  if (isTakenOver(live)) return resourceVersion;
  const body = [
    { op: 'replace', path: '/metadata/managedFields', value: takenOver(managedFieldsOf(live)) },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
  const request = { method: 'PATCH', path: pathOf(live), body, contentType: 'application/json-patch+json' } as const;
  return (await api.send<LiveObject>(request)).metadata.resourceVersion;
}

export function takenOver(entries: readonly ManagedFields[]): ManagedFields[] {
  const isOurs = ({ manager, operation, subresource }: ManagedFields) =>
    manager === fieldManager && operation === 'Apply' && !subresource;
  const former = entries.filter(isFormer);
  const ours = entries.find(isOurs) ?? { ...former[0], manager: fieldManager, operation: 'Apply' };
  const fields = [...former, ours].map(({ fieldsV1 = {} }) => fieldsV1).reduce(union, {});
  return [...entries.filter((entry) => !isFormer(entry) && !isOurs(entry)), { ...ours, fieldsV1: withoutNote(fields) }];
}

function isFormer({ manager = '', operation, subresource }: ManagedFields): boolean {
  return operation === 'Update' && !subresource && formerManagers.has(manager);
}

function managedFieldsOf({ metadata }: LiveObject): readonly ManagedFields[] {
  return (metadata as { managedFields?: readonly ManagedFields[] }).managedFields ?? [];
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
