/** `handover report [RELEASE]`: the page of a release that is over, from what the cluster has kept. Nothing is changed. */
import { exitCodes, Refusal } from '../../../model';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import { pageOfPast } from '../html/past';
import { refuseUnwritableReport, writePage } from '../html/write-report';
import type { PastRelease } from '../state';
import { connectTo } from './drive-release';
import { historyOf } from './history';

/** `wanted` is the id of a release or the version that it led to; '' is the last one. */
export async function reportCommand(io: Io, options: Options, wanted: string): Promise<number> {
  const service = readRelease(io, options);
  refuseUnwritableReport(options.report);
  const history = await historyOf(await connectTo(io, options), service);
  const page = pageOfPast(service, chosen(history, wanted));
  if (options.report === undefined) io.out(page);
  else writePage(io.err, options.report, () => page);
  return exitCodes.completed;
}

function chosen(history: readonly PastRelease[], wanted: string): PastRelease {
  const newestFirst = [...history].reverse();
  const found =
    wanted === ''
      ? newestFirst[0]
      : (newestFirst.find(({ id }) => id === wanted) ?? newestFirst.find(({ to }) => to === wanted));
  if (found) return found;
  const known = newestFirst.map(({ id, to }) => `${id} (to ${to})`).join(', ') || 'none has ended';
  const expected =
    wanted === '' ? 'a release that has ended' : `a release that has ended, with the id or the version ${wanted}`;
  throw new Refusal(
    'unknown-release',
    expected,
    known,
    'handover status --history shows those that the cluster has kept',
  );
}
