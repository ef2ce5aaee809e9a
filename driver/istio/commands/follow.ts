/** How a release ends that another driver carries out: by its record while it is under way, and by the history after it. */
import type { Release } from '../../../model';
import { Absences, describeAbsence } from '../../core/absence';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import { defaults } from '../../options';
import { objectsAlone, type Cluster } from '../cluster';
import { endedByHistory } from '../ended-by-history';
import type { OperatorRequest, ReleaseRecord } from '../record';
import { describeStep } from '../words';

interface Followed {
  readonly release: Release;
  readonly cluster: Cluster;
  /** As it was when the request was left. */
  readonly record: ReleaseRecord;
  readonly request: OperatorRequest;
  /** By the monotonic clock: since when it is waited for, and how long this time. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Until the other driver has taken the request, of which its record is the only proof. An abort is followed to its end: whoever
 * asks for one wants to know that the traffic is back. Without a record only the history tells how the release ended: what is
 * live would be called completed, whatever happened.
 */
export async function follow(io: Io, followed: Followed): Promise<Ending> {
  const { release, cluster, record, request, sinceMs, untilMs } = followed;
  let lastSeen = 'nothing';
  const look = async (): Promise<Ending | undefined> => {
    const seen = await cluster.observe(release, objectsAlone);
    const ended = endedByHistory(seen, record);
    if (ended) return ended;
    const { record: now } = seen.route ?? {};
    if (now?.handled === request.id && request.verb !== 'abort')
      return { outcome: 'completed', code: requestTaken, because: 'the other driver has taken the request' };
    lastSeen = now ? describeStep(now, release) : 'no record, and no end in the history';
    await io.clock.sleep(defaults.pollMs * 5, io.stop);
    return undefined;
  };
  const absences = new Absences({
    clock: io.clock,
    stop: io.stop,
    awayLimitMs: untilMs - sinceMs,
    pollMs: defaults.pollMs,
    tell: (absence) => {
      lastSeen = describeAbsence(absence);
      io.err(`${lastSeen}\n`);
    },
    underWay: () => describeStep(record, release),
  });
  while (!io.stop.aborted && io.clock.monotonicMs() < untilMs) {
    const ended = await absences.through(look);
    if (ended) return ended;
  }
  if (io.stop.aborted) return { outcome: 'stopped', because: 'the request stays with the other driver' };
  const waited = `waited ${Math.round((io.clock.monotonicMs() - sinceMs) / 1000)} s for the other driver`;
  const because = `${waited}, which has not ended the release; last seen: ${lastSeen}`;
  return { outcome: 'timed-out', code: otherDriver, because };
}

/** The code of an ending in vain. */
export const otherDriver = 'other-driver';

/** The code of an ending where the release goes on. */
export const requestTaken = 'request-taken';
