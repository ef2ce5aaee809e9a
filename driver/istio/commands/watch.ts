/** `handover status --watch`: the picture of a release that somebody else drives, until it is over. Nothing is changed. */
import type { Release } from '../../../model';
import { Absences, describeAbsence } from '../../core/absence';
import { endWith } from '../../core/end-with';
import type { Ending } from '../../core/ending';
import { eventLines } from '../../core/event-lines';
import type { Io } from '../../io';
import { defaults, gateLimitMs, type Options } from '../../options';
import type { Cluster } from '../cluster';
import type { Observation } from '../observation';
import { pictureOf } from '../picture';
import { publicState } from '../public-events';
import { describeState } from '../words/state';
import { lookOf } from './drive-release';

export async function watch(io: Io, options: Options, release: Release, cluster: Cluster): Promise<number> {
  const { clock, stop } = io;
  const tell = eventLines(io, options.json ?? false, options.progress);
  const beganMs = clock.nowMs();
  const look = async (): Promise<Ending | undefined> => {
    const seen = await cluster.observe(release, lookOf(options));
    const picture = pictureOf(release, { seen, elapsedMs: clock.nowMs() - beganMs, waitedMs: 0 }, io.columns);
    const event = { event: 'state', state: publicState(seen, release) };
    tell({ topic: 'state', text: describeState(seen, release), picture, isPictured: true, event });
    if (!seen.route?.record) return over(seen, release);
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
    if (ending) return endWith(io, ending, options.json);
  }
  return endWith(io, { outcome: 'stopped', because: 'nobody watches any more; the release goes on' }, options.json);
}

/** That it is over was seen, and how it ended only as far as weights tell. */
function over(seen: Observation, release: Release): Ending {
  return { outcome: 'completed', because: describeState(seen, release) };
}
