/** How a release ended that this driver has not ended itself, or has not seen to end: the history says it, and nothing else does. */
import type { Ending } from '../core/ending';
import type { Observation } from './observation';
import type { ReleaseRecord } from './record';
import { describePast } from './words';

/** The code of an ending that another driver brought about, and has told and written down. */
export const endedElsewhere = 'ended-elsewhere';

/** Undefined while the history does not have this release. */
export function endedByHistory({ state }: Observation, { id }: ReleaseRecord): Ending | undefined {
  const past = state?.history.find((each) => each.id === id);
  if (!past) return undefined;
  const because = `the history of releases says: ${describePast(past)}`;
  return past.outcome === 'superseded'
    ? { outcome: 'held', code: 'superseded', because }
    : { outcome: past.outcome, code: endedElsewhere, because };
}
