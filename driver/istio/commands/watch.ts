/** `handover status --watch`: the picture of a release that somebody else drives, until it is over. Nothing is changed. */
import type { Release } from '../../../model';
import { Absences, describeAbsence } from '../../core/absence';
import { endWith } from '../../core/end-with';
import type { Ending } from '../../core/ending';
import { eventLines, type Teller } from '../../core/event-lines';
import type { Io } from '../../io';
import { defaults, gateLimitMs, type Options } from '../../options';
import type { Cluster } from '../cluster';
import { endedByHistory } from '../ended-by-history';
import type { Observation } from '../observation';
import { pictureOf } from '../picture';
import { publicState } from '../public-events';
import type { ReleaseRecord } from '../record';
import { soFar, Tally, type SoFar } from '../tally';
import { describeState } from '../words/state';

export async function watch(io: Io, options: Options, release: Release, cluster: Cluster): Promise<number> {
  const { tell, end } = eventLines(io, options.json ?? false, options.progress);
  return endWith(io, await watching(io, options, release, cluster, tell).finally(end), options.json);
}

async function watching(
  io: Io,
  options: Options,
  release: Release,
  cluster: Cluster,
  tell: Teller['tell'],
): Promise<Ending> {
  const { clock, stop } = io;
  const beganMs = clock.monotonicMs();
  const tally = new Tally();
  let counted: SoFar | undefined;
  let watched: ReleaseRecord | undefined;
  const look = async (): Promise<Ending | undefined> => {
    const tallies = tally.isDue(clock.monotonicMs(), beganMs);
    const seen = await cluster.observe(release, { evidence: options.evidence, inFlightOf: [], tallies });
    const news = tally.add(seen);
    if (news) counted = soFar(counted, news);
    const moment = { seen, counted, elapsedMs: clock.monotonicMs() - beganMs, waitedMs: 0 };
    const picture = (isDetailed: boolean) => pictureOf(release, moment, io.columns, isDetailed);
    const event = { event: 'state', state: publicState(seen, release) };
    tell({ topic: 'state', text: describeState(seen, release), picture, isPictured: true, event });
    const ending = over(seen, release, watched);
    if (ending) return ending;
    watched = seen.route?.record ?? watched;
    await clock.sleep(defaults.pollMs * 10, stop);
    return undefined;
  };
  const absences = new Absences({
    clock,
    stop,
    awayLimitMs: gateLimitMs(options),
    pollMs: defaults.pollMs,
    tell: (absence) => tell({ topic: '', text: describeAbsence(absence), event: absence }),
  });
  while (!stop.aborted) {
    const ending = await absences.through(look);
    if (ending) return ending;
  }
  return { outcome: 'stopped', because: 'nobody watches any more; the release goes on' };
}

/** Undefined while it goes on, and until the history says how the release that was watched has ended. */
function over(seen: Observation, release: Release, watched: ReleaseRecord | undefined): Ending | undefined {
  const ended = watched && endedByHistory(seen, watched);
  if (watched && !ended && !seen.route?.record && !seen.state?.current)
    return {
      outcome: 'held',
      code: 'record-removed',
      because: 'the release has no record any more, and no history of its end',
    };
  if (watched) return ended;
  return seen.route?.record ? undefined : { outcome: 'completed', because: describeState(seen, release) };
}
