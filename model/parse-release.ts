/** From the text of `release.yaml` to a Release, or to every problem in it at once, each with its place and its fix. */
import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { findingOf } from './shape-findings';
import { releaseFile, type ReleaseFile } from './release-file';
import { resolveRelease, type Release } from './release';
import { checkRules, type Finding, type Path } from './rules';

export interface Problem extends Finding {
  readonly line: number;
  readonly column: number;
}

export type Parsed = { readonly release: Release } | { readonly problems: readonly Problem[] };

export function parseRelease(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const found = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code;
    return { path: [], expected: 'valid YAML', found, fix: 'correct the syntax at this place', line, column: col };
  });
  if (syntax.length > 0) return { problems: syntax };
  const raw: unknown = document.toJS();
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { problems: [notAMapping(raw)] };
  const { file, findings } = checkFields(raw as Record<string, unknown>);
  const all = [...findings, ...checkRules(file)];
  if (all.length === 0) return { release: resolveRelease(file as ReleaseFile) };
  return { problems: all.map((finding) => ({ ...finding, ...placeOf(document, lines, finding.path) })).sort(byPlace) };
}

/** One line per problem: `release.yaml:12:3 weights: expected …, found …; …`. */
export function formatProblem(fileName: string, problem: Problem): string {
  const where = problem.path.length > 0 ? `${problem.path.join('.')}: ` : '';
  return `${fileName}:${problem.line}:${problem.column} ${where}expected ${problem.expected}, found ${problem.found}; ${problem.fix}`;
}

const byPlace = (a: Problem, b: Problem) => a.line - b.line || a.column - b.column;

function notAMapping(raw: unknown): Problem {
  const found = raw === null || raw === undefined ? 'nothing' : Array.isArray(raw) ? 'a list' : 'a single value';
  const fix = 'begin with name: and the other fields; app/release.yaml in the handover repository is an example';
  return { path: [], expected: 'a mapping of fields', found, fix, line: 1, column: 1 };
}

/** Each field by itself: a field of the wrong shape must not hide the problems of the others. */
function checkFields(raw: Record<string, unknown>): { file: Partial<ReleaseFile>; findings: Finding[] } {
  const shape: Record<string, z.ZodType> = releaseFile.shape;
  const findings = Object.keys(raw)
    .filter((key) => !Object.hasOwn(shape, key))
    .map((key) => unknownField(key, Object.keys(shape)));
  const file: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const value = raw[key] ?? undefined;
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) file[key] = result.data;
    else findings.push(...result.error.issues.flatMap((issue) => findingOf(issue, [key])));
  }
  return { file, findings };
}

function unknownField(key: string, known: string[]): Finding {
  return {
    path: [key],
    expected: `one of the fields ${known.join(', ')}`,
    found: key,
    fix: 'correct the spelling, or remove it',
  };
}

/** The place of the deepest part of the path that the file has: a missing field is reported where it belongs. */
function placeOf(document: Document, lines: LineCounter, path: Path): { line: number; column: number } {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (!range) continue;
    const { line, col } = lines.linePos(range[0]);
    return { line, column: col };
  }
  return { line: 1, column: 1 };
}
