/** What is wrong with `*name` and `<<: *name`. The parser says it without a place, and in words about its own objects. */
import { isAlias, isMap, isScalar, isSeq, visit, type Document, type LineCounter, type Node } from 'yaml';
import type { Complaint } from './finding';
import type { Problem } from './problem';

export function aliasProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  const problems: Problem[] = [];
  const add = (at: unknown, complaint: Complaint) => {
    const { range } = at as { readonly range?: readonly number[] };
    const { line, col } = lines.linePos(range?.[0] ?? 0);
    problems.push({ path: [], ...complaint, line, column: col });
  };
  // In the order of the text, as an anchor counts from its place on. The parser's own search begins anew for each alias.
  const anchors = new Map<string, Node>();
  visit(document, {
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Alias(_, alias, parents) {
      const named = anchors.get(alias.source);
      if (!named) add(alias, noAnchor(alias.source));
      else if (parents.includes(named)) add(alias, ofItself(alias.source));
    },
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== '<<' || value === null) return;
      const sources = isSeq(value) ? value.items : [value];
      if (!sources.every((source) => isMergeable(source as Node, anchors))) add(key, noFields);
    },
  });
  return problems;
}

/** One that names nothing is told as that. */
function isMergeable(source: Node, anchors: ReadonlyMap<string, Node>): boolean {
  const named = isAlias(source) ? anchors.get(source.source) : source;
  return named === undefined || isMap(named);
}

function noAnchor(name: string): Complaint {
  const fix = `mark what is meant with &${name} above this place (a top-level field x-… is a place for it), or write it out`;
  return { expected: `an anchor &${name} above this place`, found: `*${name} and no such anchor`, fix };
}

function ofItself(name: string): Complaint {
  return { expected: 'an anchor beside it', found: `*${name} inside what &${name} marks`, fix: 'write the values out' };
}

const noFields: Complaint = {
  expected: 'fields behind <<, as the anchor of a mapping',
  found: 'a value without fields',
  fix: 'write <<: *NAME, with &NAME at a mapping above',
};
