/** Ways to read and change a Kubernetes object whose fields nobody has checked. */
import type { Manifest } from '../model';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of a mapping; none for any other value. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The mappings in a list; none for any other value. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function specOf(object: Manifest): Fields {
  return fieldsOf(object.spec);
}

/** The same object with another value at a key, which keeps its place; `undefined` takes the key away. */
export function withField<T extends Fields>(object: T, key: string, value: unknown): T {
  if (value !== undefined) return { ...object, [key]: value };
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key)) as T;
}

export function withSpec(object: Manifest, key: string, value: unknown): Manifest {
  return withField(object, 'spec', withField(specOf(object), key, value));
}

export function annotationOf(object: Manifest, key: string): string | undefined {
  return object.metadata.annotations?.[key];
}

/** `undefined` takes the annotation away, and with the last one the mapping of them. */
export function withAnnotation(object: Manifest, key: string, value: string | undefined): Manifest {
  if (annotationOf(object, key) === value) return object;
  const annotations = withField(object.metadata.annotations ?? {}, key, value);
  const left = Object.keys(annotations).length > 0 ? annotations : undefined;
  return { ...object, metadata: withField(object.metadata, 'annotations', left) };
}

/** Equal for equal values, in whatever order their keys are. Keys without a value count as absent. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (isFields(part) ? sorted(part) : part)) ?? '';
}

function sorted(fields: Fields): Fields {
  const keys = Object.keys(fields).sort();
  return Object.fromEntries(keys.map((key) => [key, fields[key]]));
}
