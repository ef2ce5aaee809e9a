/** Time that passes only when somebody sleeps. A sleep ends at once. */
import type { Clock } from '../../driver/core/clock';

export class VirtualClock implements Clock {
  private now = 0;

  nowMs(): number {
    return this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  /** Also lets real I/O go on: a test may have servers and sockets that are not virtual. */
  sleep(ms: number): Promise<void> {
    this.pass(ms);
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Time passes while nobody sleeps, as on a busy machine. */
  pass(ms: number): void {
    this.now += ms;
  }
}
