/** What a write would change of an object, field by field, and which of these fields somebody else wrote. */
import { canonical, fieldsOf, isFields, masks, type Fields } from '../../manifests';
import { fieldManager, labels, type Manifest } from '../../model';
import type { ManagedFields } from '../kubernetes/objects';

export interface FieldDifference {
  /** Such as `spec.ports[0].targetPort`. */
  readonly path: string;
  /** JSON; `nothing` when there is no such field. */
  readonly live: string;
  readonly after: string;
}

/**
 * An object that does not carry the service's label was never handover's: every difference is somebody else's. In one that
 * does, those fields are somebody else's that another program or person wrote last.
 */
export function foreignDifferences(live: Manifest, after: Manifest, service: string): FieldDifference[] {
  if (isNeverOwned(live, service)) return differences(written(live), written(after), '');
  const foreign = ((live.metadata.managedFields ?? []) as readonly ManagedFields[]).filter(isForeign);
  const all = foreign.flatMap(({ fieldsV1 }) => ownedDifferences(fieldsOf(fieldsV1), live, after, ''));
  return [...new Map(all.map((difference) => [difference.path, difference])).values()];
}

/** What synth writes of a service carries its label, whoever applied it. */
export function isNeverOwned({ metadata }: Manifest, service: string): boolean {
  return metadata.labels?.[labels.service] !== service;
}

/** These write what somebody synthesized. `kubectl apply --server-side` is called kubectl, and so is `kubectl scale`. */
const installers = new Set([fieldManager, 'kubectl-client-side-apply', 'kubectl-create']);

function isForeign({ manager = '', operation, subresource }: ManagedFields): boolean {
  if (subresource === 'status') return false;
  if (manager === 'kubectl' && operation === 'Apply') return false;
  return !installers.has(manager);
}

/** What the API server and its bookkeeping add to an object is nobody's. */
export function written({ metadata, status: _, ...others }: Manifest): Fields {
  const { name, namespace, labels: own = {}, annotations = {} } = metadata;
  return { ...others, metadata: { name, namespace, labels: own, annotations } };
}

/** To be shown to whoever asks what an apply would change. */
export function maskedDifferences(live: Manifest, after: Manifest): FieldDifference[] {
  const mask = masks();
  return differences(written(mask(live)), written(mask(after)), '');
}

export function differences(live: unknown, after: unknown, path: string): FieldDifference[] {
  if (canonical(live) === canonical(after)) return [];
  if (isFields(live) && isFields(after)) {
    const keys = [...new Set([...Object.keys(live), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(live[key], after[key], join(path, key)));
  }
  if (Array.isArray(live) && Array.isArray(after)) {
    const length = Math.max(live.length, after.length);
    return Array.from({ length }, (_, place) => differences(live[place], after[place], `${path}[${place}]`)).flat();
  }
  return [{ path, live: show(live), after: show(after) }];
}

/** Walks `fieldsV1` of one writer: `f:` is a field, `k:` an element of a list by its keys, `v:` a value in a list. */
function ownedDifferences(owned: Fields, live: unknown, after: unknown, path: string): FieldDifference[] {
  return Object.entries(owned).flatMap(([key, below]) => {
    if (key === '.') return [];
    const [before, then, where] = [valueAt(live, key), valueAt(after, key), join(path, nameOf(key))];
    const deeper = fieldsOf(below);
    const isWhole = Object.keys(deeper).every((one) => one === '.');
    return isWhole ? differences(before, then, where) : ownedDifferences(deeper, before, then, where);
  });
}

function valueAt(value: unknown, key: string): unknown {
  const name = key.slice(2);
  if (key.startsWith('f:')) return fieldsOf(value)[name];
  if (!Array.isArray(value)) return undefined;
  const elements = value as readonly unknown[];
  const sought: unknown = JSON.parse(name);
  if (key.startsWith('v:')) return elements.find((element) => canonical(element) === canonical(sought));
  return elements.find((element) =>
    Object.entries(fieldsOf(sought)).every(([field, wanted]) => fieldsOf(element)[field] === wanted),
  );
}

function nameOf(key: string): string {
  return key.startsWith('f:') ? key.slice(2) : `[${key.slice(2)}]`;
}

function join(path: string, key: string): string {
  if (key.startsWith('[')) return `${path}${key}`;
  const name = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
  return path === '' ? key : `${path}${name.startsWith('[') ? '' : '.'}${name}`;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
