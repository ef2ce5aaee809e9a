/**
 * Starts something at a constant rate. Open loop: each start is due at its own time, whether or not those before it have
 * ended, so that a service that stalls cannot slow down the count of its own failures.
 */
import type { Clock } from '../../core/clock';

export interface Rate {
  readonly perSecond: number;
  readonly count: number;
  /** Beyond it a start is left out: this machine would run out of sockets, and blame the service. */
  readonly mostAtOnce: number;
}

/** What starts later than this was not started at a constant rate. */
const toleratedLatenessMs = 250;
const toleratedLateShare = 0.05;

/** Resolves when everything that was started has ended; tells whether the rate was held. */
export async function atConstantRate(
  start: () => Promise<void>,
  { perSecond, count, mostAtOnce }: Rate,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const beganMs = clock.monotonicMs();
  const running = new Set<Promise<void>>();
  let late = 0;
  for (let index = 0; index < count; index++) {
    const dueMs = beganMs + (index * 1000) / perSecond;
    const waitMs = dueMs - clock.monotonicMs();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    if (signal.aborted) break;
    if (clock.monotonicMs() - dueMs > toleratedLatenessMs || running.size >= mostAtOnce) late++;
    if (running.size >= mostAtOnce) continue;
    const one: Promise<void> = start().finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
  return late <= count * toleratedLateShare;
}
