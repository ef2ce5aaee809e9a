/** Time. Tests and simulations have a clock of their own. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** The time of day, to be told and to be written down. Somebody may set it: nothing is measured with it. */
  nowMs(): number;
  /** Since some moment in the past. It only goes on, and stands still while the machine sleeps: what lasts how long is measured with it. */
  monotonicMs(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs again and again beside everything else, until it is called off; left out, nothing goes on in the background. */
  repeat?(everyMs: number, run: () => void): () => void;
}

export const realClock: Clock = {
  nowMs: Date.now,
  monotonicMs: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  repeat: (everyMs, run) => {
    const timer = setInterval(run, everyMs);
    return () => clearInterval(timer);
  },
};

/** By both clocks. */
export interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

export function momentOf(clock: Clock): Moment {
  return { steadyMs: clock.monotonicMs(), wallMs: clock.nowMs() };
}

/** The longer of both: a machine that slept has missed that time, and a clock that was set back has not undone any. */
export function msSince(past: Moment, clock: Clock): number {
  const now = momentOf(clock);
  return Math.max(now.steadyMs - past.steadyMs, now.wallMs - past.wallMs);
}
