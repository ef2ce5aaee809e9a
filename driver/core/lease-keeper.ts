/**
 * One writer (invariant S5): the lock is taken before the first look, and renewed in the background well before it expires, also while
 * a look or an analysis takes long. Whoever looked while the lock may have been somebody else's has to look again before any write.
 */
import { momentOf, msSince, type Clock, type Moment } from './clock';
import type { Lock } from './lock';
import type { NamespacedName } from './namespaced-name';

const leaseMs = 15_000;
const renewMs = leaseMs / 3;
/** Of what is left of the lock, for the write itself: nobody else may hold it when that takes effect. */
const writeMs = leaseMs / 3;

/** What a turn may ask of the lock. */
export interface Hold {
  /** A look that began then may be acted on: the lock was ours from its beginning, without a break, and is for a while. */
  covers(lookBeganMs: number): boolean;
}

export interface LeaseKeeper extends Hold {
  /** Undefined while the lock is ours; otherwise who holds it. */
  keep(): Promise<string | undefined>;
  giveBack(): Promise<void>;
}

interface Kept {
  readonly service: NamespacedName;
  readonly lock: Lock;
  readonly clock: Clock;
  readonly holder: string;
  /** Called when the lock may have been somebody else's for a while, before the next turn. */
  readonly broken: () => void;
}

export function leaseKeeper(kept: Kept): LeaseKeeper {
  return new Keeper(kept);
}

class Keeper implements LeaseKeeper {
  /** When the last renewal was sent: the lock is ours for its whole duration from then. */
  private renewed: Moment | undefined;
  /** Since when it was never anybody else's. */
  private sinceMs = Infinity;
  private hasBroken = false;
  private renewing: Promise<string | undefined> | undefined;
  /** Undefined until the lock was taken first. */
  private stopRenewing: (() => void) | undefined;

  constructor(private readonly kept: Kept) {}

  async keep(): Promise<string | undefined> {
    if (this.renewed === undefined || msSince(this.renewed, this.kept.clock) >= renewMs) {
      const lost = await this.renew();
      if (lost !== undefined) return lost;
    }
    if (this.hasBroken) this.kept.broken();
    this.hasBroken = false;
    return undefined;
  }

  covers(lookBeganMs: number): boolean {
    if (this.renewed === undefined || lookBeganMs < this.sinceMs) return false;
    return msSince(this.renewed, this.kept.clock) < leaseMs - writeMs;
  }

  async giveBack(): Promise<void> {
    this.stopRenewing?.();
    await this.renewing?.catch(() => undefined);
    const { lock, service, holder } = this.kept;
    // Left alone, the lock expires by itself: failing to give it back must not hide how the release ended.
    if (this.renewed !== undefined) await lock.unlock(service, holder).catch(() => undefined);
  }

  private renew(): Promise<string | undefined> {
    this.renewing ??= this.renewOnce().finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private async renewOnce(): Promise<string | undefined> {
    const { service, lock, clock, holder } = this.kept;
    const before = this.renewed;
    const sent = momentOf(clock);
    const result = await lock.lock(service, holder, leaseMs / 1000);
    if (!result.held) {
      this.renewed = undefined;
      return `${result.holder} holds the lock since ${result.since}`;
    }
    const isUnbroken = before !== undefined && msSince(before, clock) < leaseMs;
    if (!isUnbroken) this.beginAnew();
    this.renewed = sent;
    return undefined;
  }

  /** Taken, and not renewed in time: nobody knows who held it in between. */
  private beginAnew(): void {
    const { clock } = this.kept;
    this.sinceMs = clock.monotonicMs();
    this.hasBroken = this.stopRenewing !== undefined;
    this.stopRenewing ??= clock.repeat?.(renewMs, () => this.renewInBackground()) ?? (() => undefined);
  }

  /** Whoever looks next finds out what came of it; an API server that is away is waited for there. */
  private renewInBackground(): void {
    if (this.renewed !== undefined) void this.renew().catch(() => undefined);
  }
}
