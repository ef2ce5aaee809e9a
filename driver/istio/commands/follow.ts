/** How a release ends that another driver carries out: by its record while it is under way, and by what is live after it. */
import { allTo, formatSplit, sameSplit, type Release } from '../../../model';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import { defaults } from '../../options';
import { objectsAlone, type Cluster } from '../cluster';
import type { OperatorRequest, ReleaseRecord } from '../record';
import { describeStep } from '../words';

interface Followed {
  readonly release: Release;
  readonly cluster: Cluster;
  /** As it was when the request was left. */
  readonly record: ReleaseRecord;
  readonly request: OperatorRequest;
  readonly limitMs: number;
}

/**
 * Until the other driver has taken the request, of which its record is the only proof. An abort is followed to its end: whoever
 * asks for one wants to know that the traffic is back.
 */
export async function follow(io: Io, followed: Followed): Promise<Ending> {
  const { release, cluster, record, request, limitMs } = followed;
  const beganMs = io.clock.nowMs();
  let lastSeen = 'nothing';
  while (!io.stop.aborted && io.clock.nowMs() - beganMs < limitMs) {
    const { route } = await cluster.observe(release, objectsAlone);
    if (!route?.record) return endedAs(route?.split ?? {}, record);
    if (route.record.handled === request.id && request.verb !== 'abort')
      return { outcome: 'completed', because: 'the other driver has taken the request' };
    lastSeen = describeStep(route.record, release);
    await io.clock.sleep(defaults.pollMs * 5, io.stop);
  }
  if (io.stop.aborted) return { outcome: 'stopped', because: 'the request stays with the other driver' };
  const because = `waited ${limitMs / 1000} s for the other driver, which has not ended the release; last seen: ${lastSeen}`;
  return { outcome: 'timed-out', code: 'other-driver', because };
}

/** No record tells any more: what is live does. Neither version alone is no ending that anybody asked for. */
export function endedAs(split: Readonly<Record<string, number>>, { stable, canary }: ReleaseRecord): Ending {
  const because = `another driver has ended the release; the API server has ${formatSplit(split) || 'no route'}`;
  if (sameSplit(split, allTo(stable))) return { outcome: 'aborted', because };
  return { outcome: sameSplit(split, allTo(canary)) ? 'completed' : 'held', because };
}
