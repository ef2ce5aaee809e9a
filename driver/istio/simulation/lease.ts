/** The lock of a release, as the API server keeps it: whoever holds it renews it in time, or loses it. */
import type { LockResult } from '../../core/lock';

export class Lease {
  private lease: { holder: string; sinceMs: number; expiresMs: number } | undefined;

  constructor(private readonly nowMs: () => number) {}

  take(holder: string, ttlSeconds: number): LockResult {
    const nowMs = this.nowMs();
    const { lease } = this;
    if (lease && lease.holder !== holder && nowMs < lease.expiresMs) {
      return { held: false, holder: lease.holder, since: new Date(lease.sinceMs).toISOString() };
    }
    const sinceMs = lease?.holder === holder ? lease.sinceMs : nowMs;
    this.lease = { holder, sinceMs, expiresMs: nowMs + ttlSeconds * 1000 };
    return { held: true };
  }

  /** Of those that renewed it in time. */
  get holder(): string | undefined {
    return this.lease && this.nowMs() < this.lease.expiresMs ? this.lease.holder : undefined;
  }

  giveBack(holder: string): void {
    if (this.lease?.holder === holder) this.lease = undefined;
  }
}
