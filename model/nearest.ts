/** What was probably meant by a name that does not exist. */
import { distance } from 'fastest-levenshtein';

/** Undefined when none is near: a wrong guess costs more time than none. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const plain = written.toLowerCase();
  const near = known
    .map((name) => ({ name, typos: distance(plain, name.toLowerCase()) }))
    .filter(({ name, typos }) => typos <= Math.floor(name.length * 0.4));
  return near.sort((a, b) => a.typos - b.typos)[0]?.name;
}

/** The end of a complaint: the guess, or else what to do without one. */
export function didYouMean(written: string, known: readonly string[], otherwise: string): string {
  const guess = nearest(written, known);
  return guess === undefined ? otherwise : `did you mean ${guess}?`;
}
