/** The last word of a command that drives: how the release ended, and the exit code that says so. */
import { exitCodes } from '../../model';
import type { Ending } from './ending';
import { clearLive, type Screen } from './event-lines';

type Streams = Pick<Screen, 'isTerminal' | 'err'> & { readonly out: (text: string) => void };

export function endWith(streams: Streams, ending: Ending, json = false): number {
  if (!json) clearLive(streams);
  streams.out(json ? `${JSON.stringify(ending)}\n` : `${ending.outcome}: ${ending.because}\n`);
  return exitCodes[ending.outcome];
}
