/** From the text of `release.yaml` to a Release, or to every problem in it at once, each with its place and its fix. */
import { isMap, type Document, type LineCounter } from 'yaml';
import type { z } from 'zod';
import { misplaced, nothingBeside, readDefaults, withDefaults, type Defaults, type Open } from './defaults';
import type { Problem } from './problem';
import { readYaml, type ReadYaml } from './read-yaml';
import { expectation, findingOf, unknownField } from './shape-findings';
import { releaseFile, type ReleaseFile } from './release-file';
import { resolveRelease, type Release } from './release';
import type { Finding, Path } from './finding';
import { fieldsWithoutEffect } from './effect-rules';
import { checkRules } from './rules';

export type { Open } from './defaults';
export { formatProblem, type Problem } from './problem';

export type Parsed = { readonly release: Release } | { readonly problems: readonly Problem[] };

/** `open` reads the file that `defaults` names; left out, there is none. */
export function parseRelease(text: string, open: Open = nothingBeside): Parsed {
  const own = readYaml(text);
  if ('problems' in own) return own;
  const shared = readDefaults(own.raw, open);
  if ('problems' in shared) return { problems: placed(shared.problems, own, undefined) };
  const { defaults } = shared;
  const { file, findings } = checkFields(withDefaults(own.raw, defaults));
  // What services share may do nothing in one of them; what its own file says must do something.
  const all = withoutEchoes([...findings, ...checkRules(file), ...fieldsWithoutEffect(own.raw, file.profile)]);
  const wrong = misplaced(defaults).map((finding) => placedIn(finding, defaults as Defaults));
  if (all.length + wrong.length === 0) return { release: resolveRelease(file as ReleaseFile) };
  return { problems: [...placed(all, own, defaults), ...wrong].sort(byPlace) };
}

const byPlace = (a: Problem, b: Problem) =>
  Number(a.file !== undefined) - Number(b.file !== undefined) || a.line - b.line || a.column - b.column;

/** In the file that says the field: a finding about one that only the shared file has is there. */
function placed(findings: readonly (Finding | Problem)[], own: ReadYaml, defaults: Defaults | undefined): Problem[] {
  return findings.map((finding) => {
    if ('line' in finding) return finding;
    const [field = ''] = finding.path;
    const isShared = defaults && !Object.hasOwn(own.raw, field) && Object.hasOwn(defaults.raw, field);
    return placedIn(finding, isShared ? defaults : own);
  });
}

function placedIn(finding: Finding, source: ReadYaml | Defaults): Problem {
  const place = placeOf(source.document, source.lines, finding.path);
  return { ...finding, ...place, ...('file' in source && { file: source.file }) };
}

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
