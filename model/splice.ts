/** How an entry of a YAML mapping or list is removed from a text, in block style and in flow style. */

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** From the first character of the key (or item) to the end of the value. */
export interface Entry {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export function removeEntries(text: string, entries: readonly Entry[], isRemoved: (entry: Entry) => boolean): Splice[] {
  const spans = entries.flatMap((entry, index) =>
    isRemoved(entry) ? [ownLines(text, entry, index > 0) ?? withinLine(text, entries, index, isRemoved)] : [],
  );
  return spans.reduce<Span[]>(joined, []).map((span) => ({ ...span, text: '' }));
}

/** An entry inside a line and one with lines of its own may overlap: their common part is removed once. */
function joined(spans: Span[], next: Span): Span[] {
  const last = spans.at(-1);
  if (!last || next.start >= last.end) return [...spans, next];
  return [...spans.slice(0, -1), { start: Math.min(last.start, next.start), end: Math.max(last.end, next.end) }];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * An entry alone on its lines is removed with these lines, the comment behind it, the comments inside it, and the comment
 * lines directly above it. Comments above the first entry stay, as they may be about the whole collection.
 */
function ownLines(text: string, { start, end }: Entry, withCommentsAbove: boolean): Span | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lead = text.slice(lineStart, start);
  // A block value may end after its last line break and blank lines: these are not part of the entry.
  const valueEnd = start + text.slice(start, end).trimEnd().length;
  const rest = /^[ \t]*,?[ \t]*(#[^\n]*)?\r?(\n|$)/.exec(text.slice(valueEnd));
  if (!/^[ \t]*(-[ \t]+)?$/.test(lead) || !rest) return undefined;
  const indent = lead.search(/[^ \t]|$/);
  const bodyEnd = valueEnd + rest[0].length;
  return {
    start: withCommentsAbove ? commentsAbove(text, lineStart, indent) : lineStart,
    end: commentsInside(text, bodyEnd, indent),
  };
}

/** The start of the block of comment lines, indented alike, that ends directly above a line. */
function commentsAbove(text: string, lineStart: number, indent: number): number {
  if (lineStart === 0) return lineStart;
  const above = text.lastIndexOf('\n', lineStart - 2) + 1;
  const line = text.slice(above, lineStart);
  return /^[ \t]*#/.test(line) && line.search(/\S/) === indent ? commentsAbove(text, above, indent) : lineStart;
}

/** The end of the comment lines, indented deeper than an entry, that directly follow it. */
function commentsInside(text: string, end: number, indent: number): number {
  const line = /^[ \t]*#[^\n]*(\n|$)/.exec(text.slice(end))?.[0];
  return line !== undefined && line.search(/\S/) > indent ? commentsInside(text, end + line.length, indent) : end;
}

/** In a line of several entries a comma is removed, too: the one before, or the one after when all entries before go. */
function withinLine(
  text: string,
  entries: readonly Entry[],
  index: number,
  isRemoved: (entry: Entry) => boolean,
): Span {
  const entry = entries[index] as Entry;
  const before = entries[index - 1];
  const after = entries[index + 1];
  const isFirstLeft = entries.slice(0, index).every(isRemoved);
  if (before && !isFirstLeft && !text.slice(before.end, entry.start).includes('#'))
    return { start: before.end, end: entry.end };
  if (after && isFirstLeft && !text.slice(entry.end, after.start).includes('#'))
    return { start: entry.start, end: after.start };
  // A comment in between stays. A comma behind the last entry may stay, as YAML allows it.
  const comma = after && isFirstLeft ? /^\s*,[ \t]*/.exec(text.slice(entry.end)) : null;
  return { start: entry.start, end: entry.end + (comma?.[0].length ?? 0) };
}
