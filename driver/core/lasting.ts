/** How long a wait lasts, as it is told: when it has lasted for a while, a person wants to know what to do. */
import type { Clock } from './clock';

export const hintAfterMs = 30_000;

/** Called with the topic of each look: how long it has been the same. */
export function lasting(clock: Clock): (topic: string) => number {
  let wait = { topic: '', sinceMs: clock.nowMs() };
  return (topic) => {
    const nowMs = clock.nowMs();
    if (topic !== wait.topic) wait = { topic, sinceMs: nowMs };
    return nowMs - wait.sinceMs;
  };
}
