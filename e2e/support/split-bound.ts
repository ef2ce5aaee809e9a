/** Whether an observed split can come from the weights: each request chooses its version by itself, so counts are binomial. */
import { type Split, weightOf, wholeSplit } from '../../model';
import type { Counts } from '../load/tally';

/** A right split leaves this many standard deviations once in about 150 000 measurements. */
const deviations = 4.5;

export function expectSplit(split: Split, observed: Counts): void {
  const total = Object.values(observed).reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new Error('expected answers to judge a split by, found none');
  for (const version of new Set([...Object.keys(split), ...Object.keys(observed)])) {
    const share = weightOf(split, version) / wholeSplit;
    const bound = deviations * Math.sqrt(total * share * (1 - share));
    const count = observed[version] ?? 0;
    if (Math.abs(count - total * share) <= bound) continue;
    const range = `${Math.ceil(total * share - bound)} to ${Math.floor(total * share + bound)}`;
    throw new Error(`expected ${range} of ${total} answers from ${version} at weight ${share * 100}, found ${count}`);
  }
}
