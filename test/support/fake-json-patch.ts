/** A JSON Patch as an API server carries it out: all of it, or nothing. */
import { isDeepStrictEqual } from 'node:util';
import { JsonPatch } from 'cdk8s';
import { valueAt } from '../../driver/kubernetes/json-patch';
import type { JsonPatch as Operations, PatchOperation } from '../../manifests';

/** Undefined when a test fails, or a path is not there: a real server answers both alike. */
export function patched<T>(document: T, operations: Operations): T | undefined {
  try {
    return operations.reduce<T>(applied, document);
  } catch {
    return undefined;
  }
}

function applied<T>(document: T, operation: PatchOperation): T {
  if (operation.op !== 'add' && valueAt(document, operation.path) === undefined) throw new Error('no such path');
  return JsonPatch.apply(structuredClone(document), operationOf(operation)) as T;
}

function operationOf(operation: PatchOperation): JsonPatch {
  if (operation.op === 'remove') return JsonPatch.remove(operation.path);
  return JsonPatch[operation.op](operation.path, operation.value);
}

interface Owned {
  readonly metadata: Record<string, unknown>;
}

/**
 * Whether a patch changes nothing but who owns which field: its writer then comes to own none. The last entry cannot be taken
 * out: where none is left, a real server (Kubernetes 1.34) enters the writer again.
 */
export function onlyDisowns(live: Owned, wanted: Owned): boolean {
  const left = wanted.metadata.managedFields as readonly unknown[] | undefined;
  return (left ?? []).length > 0 && isDeepStrictEqual(withoutOwners(live), withoutOwners(wanted));
}

function withoutOwners({ metadata, ...others }: Owned): object {
  const { managedFields: _, ...kept } = metadata;
  return { ...others, metadata: kept };
}
