/**
 * How long a version that leaves takes to drain. A filter that stands before Envoy's router (one that buffers bodies, an
 * authorization that reads them, a fault's delay, a rate limit) may hold a request whose version is chosen already, and no
 * count has it. So the longest request is given its time, counted from when the last proxy was seen off the route.
 */
interface DrainTimes {
  readonly longestRequestSeconds: number;
  readonly connectTimeoutSeconds: number;
  readonly drainWindowSeconds: number;
}

/** The three run side by side. */
export function shortestDrainSeconds(times: DrainTimes): number {
  return Math.max(times.longestRequestSeconds, times.connectTimeoutSeconds, times.drainWindowSeconds);
}

/** For what lasts longer than it should, after no request can be held any more. */
const patienceSeconds = 300;

export function defaultDrainLimitSeconds(times: DrainTimes): number {
  return shortestDrainSeconds(times) + patienceSeconds;
}
