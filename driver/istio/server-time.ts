/**
 * Moments that are put on record are by the API server's clock: two drivers have no other in common. It tells whole seconds, and
 * told them somewhere within the look.
 */
import type { Observation } from './observation';

const toldInMs = 1_000;

type Look = Pick<Observation, 'atMs' | 'endedMs' | 'serverMs'>;

/** Everything in the look was seen before this moment. */
export function afterLook({ atMs, endedMs, serverMs }: Look): string {
  return new Date(serverMs + toldInMs + endedMs - atMs).toISOString();
}

/** At least so long ago, seen from this look; negative when the moment is still to come. */
export function msSince(moment: string, { serverMs }: Pick<Look, 'serverMs'>): number {
  return serverMs - Date.parse(moment);
}
