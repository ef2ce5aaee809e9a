/** docs/events.md as data, for tests that hold the contract against the code. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What a row of a table promises: by its first cell, the fields that its last cell names, with `?` when they may be missing. */
export type Promised = Readonly<Record<string, readonly string[]>>;

export function tableUnder(heading: string): Promised {
  const lines = readFileSync('docs/events.md', 'utf8').split('\n');
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line.startsWith('#'));
  if (start < 0) throw new Error(`expected a heading "${heading}" in docs/events.md, found none`);
  const section = lines.slice(start + 1);
  const begin = section.findIndex((line) => line.startsWith('|'));
  const length = section.slice(begin).findIndex((line) => !line.startsWith('|'));
  const rows = section.slice(begin + 2, begin + length).map((line) => line.split('|').slice(1, -1));
  return Object.fromEntries(rows.map((cells) => [namesIn(cells[0])[0] ?? '', namesIn(cells.at(-1))]));
}

function namesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** By code, the fields beside it. A code of the type that is not in the table does not compile. */
export type Shapes<Code extends string> = Readonly<Record<Code, z.ZodRawShape>>;

/** The same as a doc promises it, to be compared with its table. */
export function promisedBy(shapes: Shapes<string>): Promised {
  const fieldsOf = (shape: z.ZodRawShape) =>
    Object.entries(shape).map(([name, type]) => (type instanceof z.ZodOptional ? `${name}?` : name));
  return Object.fromEntries(Object.entries(shapes).map(([code, shape]) => [code, fieldsOf(shape)]));
}

/** One strict object for each code, with the code under `key` and what all of them have beside it. */
export function oneOf(key: string, shapes: Shapes<string>, common: z.ZodRawShape = {}) {
  const [first, ...others] = Object.entries(shapes).map(([code, shape]) =>
    z.strictObject({ [key]: z.literal(code), ...common, ...shape }),
  );
  if (!first) throw new Error('expected a code, found none');
  return z.discriminatedUnion(key, [first, ...others]);
}

/** Of the driver alone: whoever reads the lines must never come to depend on them. */
const internal = ['record', 'resourceVersion', 'request', 'quietSinceMs'];

/** Every place in a line where something internal is. */
export function leaksIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${path}.${name}`;
    return [...(internal.includes(name) ? [here] : []), ...leaksIn(inner, here)];
  });
}

export function jsonLines(text: string): { readonly event?: string; readonly [field: string]: unknown }[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{') || line.startsWith('['));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
