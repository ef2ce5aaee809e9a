/**
 * A file of fields that several release files share. A field of the release file wins, as a whole. One level: the shared file
 * names no other one, and it says nothing of a single service, so that the driver never has to write it.
 */
import { dirname, posix, resolve } from 'node:path';
import type { Finding } from './finding';
import { messageOf } from './message-of';
import type { Problem } from './problem';
import { readYaml, type Kind, type ReadYaml } from './read-yaml';

/** The text of a file, by its path relative to the release file; throws an Error when it cannot be read. */
export type Open = (path: string) => string;

/** For texts that stand alone. */
export const nothingBeside: Open = () => {
  throw new Error('no other file here');
};

/** Beside the release file at this path. */
export function beside(file: string, read: Open): Open {
  return (path) => {
    const other = resolve(dirname(file), path);
    if (other === resolve(file)) throw new Error('this file itself');
    return read(other);
  };
}

const ofDefaults: Kind = {
  one: 'one mapping of fields in a file of defaults',
  begin: 'write fields into it, such as retries: { attempts: 0 }; or take defaults out of the release file',
};

type Fields = Readonly<Record<string, unknown>>;

export interface Defaults extends ReadYaml {
  /** As the release file names it. */
  readonly file: string;
}

type Read = { readonly defaults: Defaults | undefined } | { readonly problems: readonly (Finding | Problem)[] };

/** A finding is about the field `defaults` of the release file, a problem about a place in the shared file. */
export function readDefaults({ defaults: file }: Fields, open: Open): Read {
  if (typeof file !== 'string' || file === '') return { defaults: undefined }; // What else it may be is told as of any field.
  const text = textOf(file, open);
  if (typeof text !== 'string') return { problems: [text] };
  const read = readYaml(text, ofDefaults);
  if ('problems' in read) return { problems: read.problems.map((problem) => ({ ...problem, file })) };
  return { defaults: { ...read, file } };
}

/** The file that the text of a release file names; undefined when it names none. */
export function defaultsIn(text: string): string | undefined {
  const read = readYaml(text);
  const file = 'raw' in read ? read.raw.defaults : undefined;
  return typeof file === 'string' ? file : undefined;
}

function textOf(file: string, open: Open): string | Finding {
  try {
    return open(file);
  } catch (error) {
    const fix = 'correct the path, which is relative to this file';
    const found = (error as { code?: unknown }).code === 'ENOENT' ? 'none' : messageOf(error);
    return { path: ['defaults'], expected: `a file at ${file}`, found, fix };
  }
}

/** With the fields of both. Paths in the shared file are relative to itself. */
export function withDefaults(own: Fields, defaults: Defaults | undefined): Fields {
  if (!defaults) return own;
  const folder = posix.dirname(defaults.file);
  const fromHere = (path: unknown) =>
    typeof path !== 'string' || posix.isAbsolute(path) ? path : posix.join(folder, path);
  const shared = { ...defaults.raw };
  for (const field of paths) if (Object.hasOwn(shared, field)) shared[field] = fromHere(shared[field]);
  return { ...shared, ...own };
}

const paths: readonly string[] = ['workload', 'route'];

/** The driver writes versions and weights into the release file alone. */
const ofOneService: readonly string[] = ['name', 'namespace', 'versions', 'weights', 'allowUnpinned'];

/** Each in the shared file, whatever the release file says. */
export function misplaced(defaults: Defaults | undefined): Finding[] {
  return Object.keys(defaults?.raw ?? {}).flatMap((field) => {
    if (field === 'defaults')
      return [refused(field, 'fields alone, as one file of defaults has no other', 'write its fields into this one')];
    if (!ofOneService.includes(field)) return [];
    return [refused(field, 'fields that services can share', 'write it into each release file')];
  });
}

function refused(field: string, expected: string, fix: string): Finding {
  return { path: [field], expected, found: field, fix };
}
