/** The last word of a command that drives: how the release ended, and the exit code that says so. */
import { exitCodes } from '../../model';
import type { Ending } from './ending';

interface Streams {
  readonly out: (text: string) => void;
}

export function endWith({ out }: Streams, ending: Ending, json = false): number {
  out(json ? `${JSON.stringify(ending)}\n` : `${ending.outcome}: ${ending.because}\n`);
  return exitCodes[ending.outcome];
}
