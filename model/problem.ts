/** A finding with its place in the file, and the line that is printed for it. */
import { describeFinding, type Finding } from './finding';

export interface Problem extends Finding {
  readonly line: number;
  readonly column: number;
}

/** One line per problem: `release.yaml:12:3 weights: expected …, found …; …`. */
export function formatProblem(fileName: string, problem: Problem): string {
  return `${fileName}:${problem.line}:${problem.column} ${describeFinding(problem).replace(/\p{Cc}/gu, visible)}`;
}

/** A key may hold a line break or a terminal's control sequence. */
function visible(character: string): string {
  return JSON.stringify(character).slice(1, -1);
}
