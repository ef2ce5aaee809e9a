/**
 * Objects without the values that may be secrets, to be shown: contents of Secrets and ConfigMaps (the environment of a version is
 * in one), and values of environment variables. Equal values get the same number, so that a change is seen, and nothing else.
 */
import { isFields, type Fields } from './manifest';
import type { Manifest } from '../model';

/** For what is shown together. */
export function masks(): (manifest: Manifest) => Manifest {
  const numbers = new Map<string, number>();
  const mask = (value: unknown): unknown => {
    if (value === undefined || value === null || value === '') return value;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!numbers.has(text)) numbers.set(text, numbers.size + 1);
    return `(masked ${numbers.get(text)})`;
  };
  return (manifest) => masked(manifest, mask);
}

type Mask = (value: unknown) => unknown;

const withContents = ['Secret', 'ConfigMap'];

function masked(manifest: Manifest, mask: Mask): Manifest {
  const whole = walked(manifest, mask) as Manifest;
  if (!withContents.includes(manifest.kind)) return whole;
  const contents = ['data', 'stringData', 'binaryData'].filter((field) => isFields(manifest[field]));
  return { ...whole, ...Object.fromEntries(contents.map((field) => [field, mapped(manifest[field] as Fields, mask)])) };
}

/** kubectl apply keeps the whole object in an annotation. */
const copies = ['kubectl.kubernetes.io/last-applied-configuration'];

function walked(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((each) => walked(each, mask));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (copies.includes(key)) return [key, mask(inner)];
    return [
      key,
      key === 'env' && Array.isArray(inner) ? inner.map((each) => variable(each, mask)) : walked(inner, mask),
    ];
  });
  return Object.fromEntries(entries);
}

/** Where a value comes from is no secret. */
function variable(entry: unknown, mask: Mask): unknown {
  return isFields(entry) && 'value' in entry ? { ...entry, value: mask(entry.value) } : entry;
}

function mapped(fields: Fields, change: Mask): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(value)]));
}
