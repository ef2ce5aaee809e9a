/** What was probably meant by a name that does not exist. */
import { distance } from 'fastest-levenshtein';

/** Undefined when none is near: a wrong guess costs more time than none. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const plain = written.toLowerCase();
  const near = known
    .map((name) => ({ name, typos: distance(plain, name.toLowerCase()) }))
    .filter(({ name, typos }) => typos <= mostTypos(name) && digitsIn(name) === digitsIn(plain));
  return near.sort((a, b) => a.typos - b.typos)[0]?.name;
}

/** Two letters that changed places are two. */
function mostTypos({ length }: string): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length * 0.4));
}

/** v2.1 is another version, and no misspelt v1.1. */
function digitsIn(name: string): string {
  return name.replace(/\D/g, '');
}

/** The end of a complaint: the guess, or else what to do without one. */
export function didYouMean(written: string, known: readonly string[], otherwise: string): string {
  const guess = nearest(written, known);
  return guess === undefined ? otherwise : `did you mean ${guess}?`;
}
