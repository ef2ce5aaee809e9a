/** A finding with its place in the file, and the line that is printed for it. */
import { dirname, isAbsolute, join } from 'node:path';
import { describeFinding, type Finding } from './finding';
import { printable } from './printable';

export interface Problem extends Finding {
  readonly line: number;
  readonly column: number;
  /** The file of defaults, as the release file names it; left out, the place is in the release file. */
  readonly file?: string;
}

/** One line per problem: `release.yaml:12:3 weights: expected …, found …; …`. */
export function formatProblem(fileName: string, problem: Problem): string {
  return `${fileOf(fileName, problem)}:${problem.line}:${problem.column} ${printable(describeFinding(problem), 'one line')}`;
}

function fileOf(fileName: string, { file }: Problem): string {
  if (file === undefined) return fileName;
  return isAbsolute(file) ? file : join(dirname(fileName), file);
}
