/** A finding with its place in the file, and how it is said. */
import type { Finding } from './finding';

export interface Problem extends Finding {
  readonly line: number;
  readonly column: number;
}

/** One line per problem: `release.yaml:12:3 weights: expected …, found …; …`. */
export function formatProblem(fileName: string, problem: Problem): string {
  const where = problem.path.length > 0 ? `${problem.path.join('.')}: ` : '';
  const text = `${where}expected ${problem.expected}, found ${problem.found}; ${problem.fix}`;
  return `${fileName}:${problem.line}:${problem.column} ${text.replace(/\p{Cc}/gu, visible)}`;
}

/** A key may hold a line break or a terminal's control sequence. */
function visible(character: string): string {
  return JSON.stringify(character).slice(1, -1);
}
