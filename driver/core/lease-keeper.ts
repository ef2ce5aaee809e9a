/** One writer (invariant S5): the lock is taken before the first write and renewed well before it expires. */
import type { Release } from '../../model';
import type { Clock, Cluster } from '../istio/cluster';

export const leaseSeconds = 15;
const renewMs = (leaseSeconds * 1000) / 3;

export interface LeaseKeeper {
  /** Undefined while the lock is ours; otherwise who holds it. */
  keep(): Promise<string | undefined>;
  release(): Promise<void>;
}

export function leaseKeeper(input: {
  readonly release: Release;
  readonly cluster: Pick<Cluster, 'lock' | 'unlock'>;
  readonly clock: Clock;
  readonly holder: string;
}): LeaseKeeper {
  const { release, cluster, clock, holder } = input;
  let renewedMs: number | undefined;
  return {
    async keep() {
      const nowMs = clock.nowMs();
      if (renewedMs !== undefined && nowMs - renewedMs < renewMs) return undefined;
      const result = await cluster.lock(release, holder, leaseSeconds);
      if (!result.held) {
        renewedMs = undefined;
        return `${result.holder} holds the lock since ${result.since}`;
      }
      renewedMs = nowMs;
      return undefined;
    },
    async release() {
      // Left alone, the lock expires by itself: failing to give it back must not hide how the release ended.
      if (renewedMs !== undefined) await cluster.unlock(release, holder).catch(() => undefined);
    },
  };
}
