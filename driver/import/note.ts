/** What an import says about what it found, line by line. */
import { Refusal, sentenceOf, type Complaint } from '../../model';

export interface Note {
  /** taken: it is in what was written. left: it is not, and why. danger: requests may be lost by it, or a secret told. */
  readonly verdict: 'taken' | 'left' | 'danger';
  /** Such as `Deployment/shop spec.paused`. */
  readonly what: string;
  readonly why: string;
}

export const taken = (what: string, why: string): Note => ({ verdict: 'taken', what, why });
export const left = (what: string, why: string): Note => ({ verdict: 'left', what, why });
export const danger = (what: string, why: string): Note => ({ verdict: 'danger', what, why });

const order: readonly Note['verdict'][] = ['taken', 'left', 'danger'];

/** One line each: what was taken first, what endangers something last, where it stays in sight. */
export function noteLines(notes: readonly Note[]): string {
  const sorted = order.flatMap((verdict) => notes.filter((note) => note.verdict === verdict));
  return sorted.map(({ verdict, what, why }) => `${verdict.padEnd(7)} ${what}: ${why}\n`).join('');
}

/** What an import makes of one part of a service. */
export interface Made<T> {
  readonly made: T;
  readonly notes: readonly Note[];
  /** What cannot be expressed. With one of them nothing is written. */
  readonly problems: readonly Complaint[];
}

export function cannotImport(what: string, problems: readonly Complaint[]): Refusal {
  const lines = problems.map((problem) => `\n${sentenceOf(problem)}`);
  const found = problems.length === 1 ? 'what handover cannot express' : `${problems.length} things it cannot express`;
  return new Refusal('import', `${what} to be a service that handover can release`, found, lines.join(''));
}
