/** A short name for each state: the same for equal states, and for no others. */
import type { State } from './state';

/** Two worlds that differ only in which gateway is which are one. */
export function keyOf({ proxies, ...rest }: State): string {
  return [...Object.values(rest).map(nameOf), ...proxies.map(nameOf).sort()].join();
}

const namesOfObjects = new WeakMap<object, string>();
const namesOfTexts = new Map<string, string>();

/** States share what a step does not change, so most of their parts have a name already. */
function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const known = namesOfObjects.get(value);
  if (known !== undefined) return known;
  const name = nameOfText(textOf(value));
  namesOfObjects.set(value, name);
  return name;
}

function textOf(value: object): string {
  if (Array.isArray(value)) return `[${value.map(nameOf).join()}]`;
  let text = '';
  for (const [key, field] of Object.entries(value)) if (field !== undefined) text += `${key}=${nameOf(field)},`;
  return text;
}

/** `#` tells it from a number or a string. */
function nameOfText(text: string): string {
  const known = namesOfTexts.get(text) ?? `#${namesOfTexts.size}`;
  namesOfTexts.set(text, known);
  return known;
}
