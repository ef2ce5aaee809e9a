/**
 * An open loop: request n is due n intervals after the start, however long the answers to others take. A loop that waits
 * for answers sends less exactly while the target is in trouble, and so counts too few losses.
 */
export interface Schedule {
  readonly ratePerSecond: number;
  readonly maxRequests: number;
}

export interface Clock {
  readonly now: () => number;
  /** Calls back after at least so many milliseconds; returns a function that cancels. */
  readonly after: (ms: number, call: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => Math.round((performance.timeOrigin + performance.now()) * 10) / 10,
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Calls `send` for each request when it is due, late ones at once; `done` after the last. Returns a function that stops. */
export function runSchedule(
  { ratePerSecond, maxRequests }: Schedule,
  clock: Clock,
  send: (number: number, scheduledMs: number) => void,
  done: () => void,
): () => void {
  const startMs = clock.now();
  const dueMs = (number: number) => startMs + (number * 1000) / ratePerSecond;
  let next = 0;
  let cancel = () => {};
  const turn = () => {
    const nowMs = clock.now();
    while (next < maxRequests && dueMs(next) <= nowMs) {
      send(next, dueMs(next));
      next += 1;
    }
    if (next === maxRequests) done();
    else cancel = clock.after(Math.max(1, dueMs(next) - nowMs), turn);
  };
  turn();
  return () => {
    if (next === maxRequests) return;
    cancel();
    maxRequests = next;
    done();
  };
}
