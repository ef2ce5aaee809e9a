/** How an entry of a YAML mapping or list is taken out of a text, in either of YAML's styles. */

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

/** Entries that stand in one line and entries on lines of their own may touch: what both take out is taken out once. */
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
 * An entry that shares its lines with nothing else goes with them, the comment behind it, those inside it, and the comment
 * lines directly above it. Above the first entry they may speak of the whole collection, so there they stay.
 */
function ownLines(text: string, { start, end }: Entry, withCommentsAbove: boolean): Span | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lead = text.slice(lineStart, start);
  // The value of a block may end behind its last line break, and blank lines: what follows those is not its own.
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

/** In a line of several entries the comma goes too: the one before, unless everything before goes as well. */
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
  // A comment in between stays, and so does a comma where YAML allows it: behind the last entry.
  const comma = after && isFirstLeft ? /^\s*,[ \t]*/.exec(text.slice(entry.end)) : null;
  return { start: entry.start, end: entry.end + (comma?.[0].length ?? 0) };
}
