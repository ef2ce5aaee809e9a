/** One writer (invariant S5): the lock is taken before the first write and renewed well before it expires. */
import type { Clock } from './clock';
import type { Lock } from './lock';
import type { NamespacedName } from './namespaced-name';

const leaseSeconds = 15;
const renewMs = (leaseSeconds * 1000) / 3;

export interface LeaseKeeper {
  /** Undefined while the lock is ours; otherwise who holds it. */
  keep(): Promise<string | undefined>;
  giveBack(): Promise<void>;
}

export function leaseKeeper(input: {
  readonly service: NamespacedName;
  readonly lock: Lock;
  readonly clock: Clock;
  readonly holder: string;
}): LeaseKeeper {
  const { service, lock, clock, holder } = input;
  let renewedMs: number | undefined;
  return {
    async keep() {
      const nowMs = clock.monotonicMs();
      if (renewedMs !== undefined && nowMs - renewedMs < renewMs) return undefined;
      const result = await lock.lock(service, holder, leaseSeconds);
      if (!result.held) {
        renewedMs = undefined;
        return `${result.holder} holds the lock since ${result.since}`;
      }
      renewedMs = nowMs;
      return undefined;
    },
    async giveBack() {
      // Left alone, the lock expires by itself: failing to give it back must not hide how the release ended.
      if (renewedMs !== undefined) await lock.unlock(service, holder).catch(() => undefined);
    },
  };
}
