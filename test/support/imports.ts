/** Which of our files imports which: imports of types count, too, as a reader has to follow them all the same. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSourceFile, isImportDeclaration, isStringLiteral, preProcessFile, ScriptTarget } from 'typescript';

/** By file, the files that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

export function importsIn(folders: readonly string[]): Imports {
  return new Map(folders.flatMap(filesIn).map((file) => [file, importsOf(file)]));
}

/** What a file imports as it is written, such as `../model` or `yaml`. */
export function modulesOf(file: string): string[] {
  return preProcessFile(readFileSync(file, 'utf8')).importedFiles.map(({ fileName }) => fileName);
}

/** The same without imports of types, which are no code that runs. */
export function valuesIn(file: string): string[] {
  const { statements } = createSourceFile(file, readFileSync(file, 'utf8'), ScriptTarget.Latest);
  const imports = statements.filter(isImportDeclaration).filter(({ importClause }) => !importClause?.isTypeOnly);
  return imports.flatMap(({ moduleSpecifier }) => (isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : []));
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const relative = modulesOf(file).filter((module) => module.startsWith('.'));
  const files = new Set(relative.map((module) => fileOf(join(dirname(file), module))));
  return [...files].filter((path) => path.endsWith('.ts'));
}

function fileOf(path: string): string {
  const file = [`${path}.ts`, join(path, 'index.ts'), path].find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new Error(`expected a file ${path}.ts, found none; the import of it has to be read right`);
  return file;
}

/** Each circle once, as the path that leads from a file back to it: `a.ts → b.ts → a.ts`. */
export function circlesIn(imports: Imports): string[] {
  const circles = new Map<string, string>();
  for (const file of imports.keys()) {
    const path = shortestWayBack(imports, file);
    if (!path) continue;
    const members = [...path].sort().join();
    if (!circles.has(members)) circles.set(members, [...path, file].join(' → '));
  }
  return [...circles.values()];
}

/** Without the file at its end; undefined when the file is in no circle. */
function shortestWayBack(imports: Imports, file: string): string[] | undefined {
  const seen = new Set<string>();
  const paths = [[file]];
  for (let path = paths.shift(); path; path = paths.shift()) {
    for (const next of imports.get(path.at(-1) ?? '') ?? []) {
      if (next === file) return path;
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}
