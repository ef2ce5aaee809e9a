/** Time. Tests and simulations have a clock of their own. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** The time of day, to be told and to be written down. Somebody may set it: nothing is measured with it. */
  nowMs(): number;
  /** Since some moment in the past. It only goes on: what lasts how long is measured with it. */
  monotonicMs(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  nowMs: Date.now,
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};
