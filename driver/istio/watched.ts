/**
 * How long a step has been watched. A pause is measured by this: each driver adds up the time between its own looks, and goes on
 * from what the one before has left in the state. The clocks of two hosts are never compared, so a host that is ahead shortens no
 * pause. Time in which nobody looked does not count: a pause is there to be watched.
 */
import type { Observation } from './observation';

export interface Watched {
  /** The step, by when it began. */
  readonly since: string;
  readonly ms: number;
  /** Of the last look. */
  readonly atMs: number;
}

/** What two looks that follow each other may be apart: more means that the clock was set forward, or that the host slept. */
const longestGapMs = 60_000;

export function rememberWatched(known: Watched | undefined, { atMs, route, state }: Observation): Watched | undefined {
  const since = route?.record?.since;
  if (since === undefined) return known;
  if (known?.since !== since) {
    const left = state?.current?.watched;
    return { since, ms: left?.since === since ? left.ms : 0, atMs };
  }
  // A clock that was set back took nothing from the pause.
  const passedMs = Math.min(longestGapMs, Math.max(0, atMs - known.atMs));
  return { since, ms: known.ms + passedMs, atMs };
}
