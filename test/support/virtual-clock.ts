/** Time that passes only when somebody sleeps, and then at once. */
import type { Clock } from '../../driver/core/clock';

export class VirtualClock implements Clock {
  private now = 0;

  nowMs(): number {
    return this.now;
  }

  /** Also lets real I/O go on: a test may have servers and sockets that are not virtual. */
  sleep(ms: number): Promise<void> {
    this.pass(ms);
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Time that passes while nobody sleeps: a busy machine. */
  pass(ms: number): void {
    this.now += ms;
  }
}
