/** From text to plain data, or to what is wrong with it as YAML. A file may be hostile: nothing in here throws. */
import { isScalar, LineCounter, visit, type Document, type ErrorCode } from 'yaml';
import type { Complaint } from './finding';
import { messageOf } from './message-of';
import type { Problem } from './problem';
import { aliasProblems } from './yaml-aliases';
import { documentsIn } from './yaml-documents';

/** A release file has a few kilobytes; beyond this the parser's time and memory are not worth the answer. */
const longestText = 64 * 1024;

/** The key 1.10 is a name, not the number 1.1; `<<: *base` brings the fields of base. */
export const asReleaseFile = { stringKeys: true, merge: true } as const;

/** What the text is, in the words of complaints. */
export interface Kind {
  readonly one: string;
  readonly begin: string;
}

const ofService: Kind = {
  one: 'one service in a file',
  begin: 'begin with name: and the other fields; app/release.yaml in the handover repository is an example',
};

export interface ReadYaml {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly raw: Readonly<Record<string, unknown>>;
}

export function readYaml(text: string, kind: Kind = ofService): ReadYaml | { readonly problems: readonly Problem[] } {
  if (text.length > longestText) return { problems: [tooLong(text)] };
  const lines = new LineCounter();
  try {
    const documents = documentsIn(text, { ...asReleaseFile, lineCounter: lines, isOneNeeded: true });
    if (!documents) return { problems: [tooDeep()] };
    const [document, another] = documents as [Document.Parsed, ...Document.Parsed[]];
    const problems = [
      ...syntaxProblems(document, lines),
      ...(another ? [severalDocuments(another, lines, kind)] : []),
      ...prototypeKeys(document, lines),
      ...aliasProblems(document, lines),
    ];
    if (problems.length > 0) return { problems };
    const raw: unknown = document.toJS();
    if (!isFields(raw)) return { problems: [notAMapping(raw, kind)] };
    JSON.stringify(raw); // Throws for a value that contains itself by an alias, as no later step could bear it.
    return { document, lines, raw };
  } catch (error) {
    return { problems: [unreadable(error)] };
  }
}

/** Without the place, which is told beside it, and without the excerpt of the file. */
export function yamlMessageOf(error: unknown): string {
  const [firstLine = ''] = messageOf(error).split('\n');
  return firstLine.replace(/ at line \d+, column \d+:?$/, '');
}

function isFields(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function syntaxProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  return document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const other = { expected: 'valid YAML', found: yamlMessageOf(error), fix: 'correct the syntax at this place' };
    return { path: [], ...(complaints[error.code] ?? other), line, column: col };
  });
}

function severalDocuments({ range }: Document.Parsed, lines: LineCounter, { one: expected }: Kind): Problem {
  const { line, col } = lines.linePos(range[0]);
  const [found, fix] = ['another document (---)', 'move it to a file of its own'];
  return { path: [], expected, found, fix, line, column: col };
}

/** Where the parser speaks to programmers. */
const complaints: Partial<Record<ErrorCode, Complaint>> = {
  DUPLICATE_KEY: { expected: 'each field once', found: 'this one a second time', fix: 'remove one of the two' },
  TAB_AS_INDENT: { expected: 'spaces before a field', found: 'a tab', fix: 'indent with spaces' },
  NON_STRING_KEY: { expected: 'a field with a name', found: 'a list or mapping as its name', fix: 'write a name' },
};

/** JavaScript gives this key a meaning of its own, so it would be ignored instead of refused. */
function prototypeKeys(document: Document.Parsed, lines: LineCounter): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const { line, col } = lines.linePos(key.range?.[0] ?? 0);
      const expected = 'another name than __proto__';
      problems.push({ path: [], expected, found: '__proto__', fix: 'rename it, or remove it', line, column: col });
    },
  });
  return problems;
}

function notAMapping(raw: unknown, { begin: fix }: Kind): Problem {
  const found = raw === null || raw === undefined ? 'nothing' : Array.isArray(raw) ? 'a list' : 'a single value';
  return { path: [], expected: 'a mapping of fields', found, fix, line: 1, column: 1 };
}

function tooLong(text: string): Problem {
  const found = `${text.length} characters`;
  const fix = 'check whether this is the right file';
  return { path: [], expected: `a file of at most ${longestText} characters`, found, fix, line: 1, column: 1 };
}

function tooDeep(): Problem {
  const fix = 'check whether this is the right file';
  return { path: [], expected: 'values nested a few levels deep', found: 'far more', fix, line: 1, column: 1 };
}

/** Aliases that multiply, name nothing or form a circle. */
function unreadable(error: unknown): Problem {
  const found = yamlMessageOf(error);
  const fix = 'write values out instead of using aliases (*name)';
  return { path: [], expected: 'YAML that can be resolved', found, fix, line: 1, column: 1 };
}
