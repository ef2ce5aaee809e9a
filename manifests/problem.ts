import { describeFinding, type Manifest } from '../model';

/** A manifest and where its document begins. */
export interface Placed {
  readonly manifest: Manifest;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What is wrong with a stream of manifests, where, and what to do about it. */
export interface ManifestProblem {
  readonly file: string;
  readonly line: number;
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}

export function problemAt(
  { file, line }: Pick<Placed, 'file' | 'line'>,
  expected: string,
  found: string,
  fix: string,
): ManifestProblem {
  return { file, line, expected, found, fix };
}

/** One line per problem: `dist/web.yaml:12 expected …, found …; …`. */
export function formatManifestProblem({ file, line, ...complaint }: ManifestProblem): string {
  return `${file}:${line} ${describeFinding({ path: [], ...complaint })}`;
}
