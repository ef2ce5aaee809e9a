/** From the text of `release.yaml` to a Release, or to every problem in it at once, each with its place and its fix. */
import { isMap, type Document, type LineCounter } from 'yaml';
import type { z } from 'zod';
import type { Problem } from './problem';
import { readYaml } from './read-yaml';
import { expectation, findingOf, unknownField } from './shape-findings';
import { releaseFile, type ReleaseFile } from './release-file';
import { resolveRelease, type Release } from './release';
import type { Finding, Path } from './finding';
import { fieldsWithoutEffect } from './effect-rules';
import { checkRules } from './rules';

export { formatProblem, type Problem } from './problem';

export type Parsed = { readonly release: Release } | { readonly problems: readonly Problem[] };

export function parseRelease(text: string): Parsed {
  const read = readYaml(text);
  if ('problems' in read) return read;
  const { document, lines, raw } = read;
  const { file, findings } = checkFields(raw);
  const all = withoutEchoes([...findings, ...checkRules(file), ...fieldsWithoutEffect(raw, file.profile)]);
  if (all.length === 0) return { release: resolveRelease(file as ReleaseFile) };
  return { problems: all.map((finding) => ({ ...finding, ...placeOf(document, lines, finding.path) })).sort(byPlace) };
}

const byPlace = (a: Problem, b: Problem) => a.line - b.line || a.column - b.column;

/**
 * Each field by itself: a field of the wrong shape must not hide the problems of the others. Keys that begin with `x-` are
 * the operator's own, such as a place for anchors.
 */
function checkFields(raw: Readonly<Record<string, unknown>>): { file: Partial<ReleaseFile>; findings: Finding[] } {
  const shape: Record<string, z.ZodType> = releaseFile.shape;
  const findings = Object.keys(raw)
    .filter((key) => !Object.hasOwn(shape, key) && !key.startsWith('x-'))
    .map((key) => unknownField([], key, Object.keys(shape)));
  const file: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const value = Object.hasOwn(raw, key) ? (raw[key] ?? undefined) : undefined;
    const result = schema.safeParse(value, { reportInput: true, error: expectation });
    if (result.success) file[key] = result.data;
    else findings.push(...result.error.issues.flatMap((issue) => findingOf(issue, [key])));
  }
  return { file, findings };
}

/** A misspelt field is missing under its right name, too: that is one mistake. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const meant = findings.flatMap((finding) => (finding.meant ? [JSON.stringify(finding.meant)] : []));
  return findings.filter(({ path }) => !meant.includes(JSON.stringify(path)));
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
