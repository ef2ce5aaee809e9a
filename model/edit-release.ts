/**
 * Edits the release file at the end of a release: only the versions that stay are left, with their weights. The parser says
 * where each entry stands, and the text changes in those places alone: every other byte stays, comments and quotes
 * included.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Open } from './defaults';
import { parseRelease } from './parse-release';
import { formatProblem, type Problem } from './problem';
import { asReleaseFile } from './read-yaml';
import { Refusal } from './refusal';
import type { Release } from './release';
import { removeEntries, type Entry, type Splice } from './splice';
import { splitOf, type Split } from './weight';

export interface ReleaseEdit {
  /** The versions that stay. */
  readonly keep: readonly string[];
  readonly split: Split;
}

/** Throws a Refusal rather than return a text that does not say what was wanted. What `defaults` names stays as it is. */
export function editRelease(text: string, edit: ReleaseEdit, open?: Open): string {
  const before = parseRelease(text, open);
  if ('problems' in before) throw unreadable(before.problems);
  const document = parseDocument(text, asReleaseFile);
  const edited = splice(text, [
    ...removeVersions(text, document, edit),
    ...setWeights(text, document, edit),
    ...removeUnpinned(text, document, edit),
  ]);
  const after = parseRelease(edited, open);
  if ('release' in after && isDeepStrictEqual(after.release, editedRelease(before.release, edit))) return edited;
  const found = 'one with aliases, merge keys or a rare layout';
  throw new Refusal('write-back', 'a file that can be edited in place', found, byHand(edit));
}

/** What the file says after the edit. */
export function editedRelease(release: Release, { keep, split }: ReleaseEdit): Release {
  return {
    ...release,
    versions: release.versions.filter(({ name }) => keep.includes(name)),
    allowUnpinned: release.allowUnpinned.filter((name) => keep.includes(name)),
    split: splitOf(split),
  };
}

function unreadable(problems: readonly Problem[]): Refusal {
  const found = problems.map((problem) => formatProblem('line', problem)).join('; ');
  return new Refusal('write-back', 'a release file without problems', found, 'correct the file first');
}

function byHand({ keep, split }: ReleaseEdit): string {
  return `edit it by hand: keep the versions ${keep.join(', ')}, and set the weights ${JSON.stringify(split)}`;
}

function removeVersions(text: string, document: Document, { keep }: ReleaseEdit): Splice[] {
  const versions = mapAt(document, 'versions');
  return versions ? removeEntries(text, entriesOf(versions), ({ name }) => !keep.includes(name)) : [];
}

/** A permission for a version that is gone. */
function removeUnpinned(text: string, document: Document, { keep }: ReleaseEdit): Splice[] {
  const names = document.get('allowUnpinned', true);
  if (!isSeq(names)) return [];
  const entries = names.items.map((item) => ({ name: nameOf(item as Node), ...place(item as Node) }));
  return removeEntries(text, entries, ({ name }) => !keep.includes(name));
}

/** A version that has no weight yet takes the place of one that goes. */
function setWeights(text: string, document: Document, { split }: ReleaseEdit): Splice[] {
  const weights = mapAt(document, 'weights');
  if (!weights) return [];
  const entries = entriesOf(weights);
  const added = Object.keys(split).filter((name) => !entries.some((entry) => entry.name === name));
  const free = entries.filter(({ name }) => !Object.hasOwn(split, name));
  const renamed = new Map(free.map((entry, index) => [entry.name, added[index]]));
  const removals = removeEntries(text, entries, ({ name }) => renamed.has(name) && renamed.get(name) === undefined);
  const changes = weights.items.flatMap((pair) => changeWeight(pair as Pair<Node, Node>, split, renamed));
  return [...removals, ...changes, ...insertWeights(text, weights, added.slice(free.length), split)];
}

function changeWeight(
  { key, value }: Pair<Node, Node>,
  split: Split,
  renamed: Map<string, string | undefined>,
): Splice[] {
  const old = nameOf(key);
  const name = renamed.has(old) ? renamed.get(old) : old;
  if (name === undefined || !value || !isScalar(value)) return [];
  const weight = split[name];
  return [
    ...(name === old ? [] : [{ ...place(key), text: spelled(name) }]),
    ...(value.value === weight ? [] : [{ ...place(value), text: String(weight) }]),
  ];
}

/** When more versions share the traffic than before, the new ones go before the first entry: no comment is there. */
function insertWeights(text: string, weights: YAMLMap, names: readonly string[], split: Split): Splice[] {
  const [first] = entriesOf(weights);
  if (!first || names.length === 0) return [];
  const indent = text.slice(text.lastIndexOf('\n', first.start - 1) + 1, first.start);
  const separator = weights.flow ? ', ' : `\n${indent}`;
  const inserted = names.map((name) => `${spelled(name)}: ${split[name]}${separator}`).join('');
  return [{ start: first.start, end: first.start, text: inserted }];
}

/** In quotes where YAML would not read a name, as with 1.0 or true. */
function spelled(name: string): string {
  return stringify(name).trimEnd();
}

function mapAt(document: Document, field: string): YAMLMap | undefined {
  const node = document.get(field, true);
  return isMap(node) ? node : undefined;
}

function entriesOf(map: YAMLMap): Entry[] {
  return map.items.map((pair) => {
    const { key, value } = pair as Pair<Node, Node | null>;
    return { name: nameOf(key), ...spanOf(key, value ?? key) };
  });
}

function nameOf(key: Node): string {
  return isScalar(key) ? String(key.value) : '';
}

function spanOf(first: Node, last: Node): { start: number; end: number } {
  return { start: place(first).start, end: place(last).end };
}

function place(node: Node): { start: number; end: number } {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

/** Works from the last place to the first, so that the positions before it stay right. */
function splice(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce(
      (edited, { start, end, text: replacement }) => edited.slice(0, start) + replacement + edited.slice(end),
      text,
    );
}
