/**
 * The state as the data of a ConfigMap. The copies of the two objects have keys of their own, in the form that `kubectl create -f -`
 * takes, for a person who has to put one back by hand.
 */
import { isFields } from '../../manifests';
import { messageOf, type Manifest } from '../../model';
import type { Note } from './notes';
import { stateFields, type State } from './state';

export type Data = Readonly<Record<string, string>>;

/** The two objects that a release edits. */
export interface Pair {
  readonly route: Manifest;
  readonly subsets: Manifest;
}

/** Raised when an older handover would read it in a wrong way. */
const schema = '1';

/** The API server refuses a ConfigMap of more than 1 MiB; its metadata needs some of it. */
const mostBytes = 1_000_000;

/** Parts are left out from the last to the first, when all of them are too large. History goes last, one release after the other. */
const dispensable = ['route-before', 'subsets-before', 'route', 'subsets'] as const;

export function dataOf({ current, history, copies }: Note, before: Data, live: Pair): Data {
  const kept = current === undefined ? {} : { ...partsOf(before), ...copiesOf(live, copies) };
  const release = current && { release: JSON.stringify({ ...current, of: versionsOf(live) }) };
  return fitted({ schema, history: JSON.stringify(history), ...release, ...kept });
}

function partsOf(data: Data): Data {
  return Object.fromEntries(Object.entries(data).filter(([key]) => dispensable.some((part) => part === key)));
}

function copiesOf({ route, subsets }: Pair, copies: Note['copies']): Data {
  const [ofRoute, ofSubsets] = [creatable(route), creatable(subsets)].map((object) => JSON.stringify(object));
  if (ofRoute === undefined || ofSubsets === undefined) return {};
  const now = { route: ofRoute, subsets: ofSubsets };
  return copies === 'begin' ? { ...now, 'route-before': ofRoute, 'subsets-before': ofSubsets } : now;
}

function versionsOf({ route, subsets }: Pair) {
  return { route: route.metadata.resourceVersion, subsets: subsets.metadata.resourceVersion };
}

/** What the API server would create again: labels and annotations, everybody's, and the spec. */
function creatable({ apiVersion, kind, metadata, spec }: Manifest): Manifest {
  const { name, namespace, labels, annotations } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec };
}

function fitted(data: Data): Data {
  const smaller = dispensable.reduce((all, part) => (sizeOf(all) <= mostBytes ? all : without(all, part)), data);
  const history = JSON.parse(smaller.history ?? '[]') as unknown[];
  if (sizeOf(smaller) <= mostBytes || history.length === 0) return smaller;
  return fitted({ ...smaller, history: JSON.stringify(history.slice(1)) });
}

function sizeOf(data: Data): number {
  return Object.entries(data).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
}

function without(data: Data, part: string): Data {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== part));
}

/** Throws an Error that says what is wrong with what somebody made of it. */
export function stateOfData(data: Data): State {
  return stateFields.parse({ current: jsonIn(data, 'release'), history: jsonIn(data, 'history') });
}

/** Undefined when there is no copy, or none that can be read. */
export function copyIn(data: Data, what: keyof Pair): Manifest | undefined {
  try {
    const value = jsonIn(data, what);
    return isFields(value) && isFields(value.metadata) ? (value as unknown as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

function jsonIn(data: Data, key: string): unknown {
  const text = data[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`expected JSON under ${key}, found ${messageOf(error)}`, { cause: error });
  }
}
