/** A finding with its place in the file, and the line that is printed for it. */
import { describeFinding, type Finding } from './finding';
import { printable } from './printable';

export interface Problem extends Finding {
  readonly line: number;
  readonly column: number;
}

/** One line per problem: `release.yaml:12:3 weights: expected …, found …; …`. */
export function formatProblem(fileName: string, problem: Problem): string {
  return `${fileName}:${problem.line}:${problem.column} ${printable(describeFinding(problem), 'one line')}`;
}
