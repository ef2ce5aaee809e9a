/** When a driver made a write, and when it had seen what it waited for after it. */
import { wrote, type Driver, type DriverEvent } from '../e2e/support/driver';

export interface Wait {
  readonly written: DriverEvent;
  readonly writtenAtMs: number;
  /** The first decision that did not wait. */
  readonly passed: DriverEvent;
  readonly passedAtMs: number;
}

/** After each of these writes, in their order. */
export function waitsAfter({ events }: Driver, what: string): Wait[] {
  return events.flatMap((written, index) => {
    if (!wrote(what)(written)) return [];
    const passed = events.slice(index + 1).find(({ decision }) => decision && decision.kind !== 'wait');
    if (!passed) return [];
    return [{ written, writtenAtMs: Date.parse(written.at), passed, passedAtMs: Date.parse(passed.at) }];
  });
}

/** After the first of these writes. */
export function waitAfter(driver: Driver, what: string): Wait {
  const [wait] = waitsAfter(driver, what);
  if (!wait) throw new Error(`expected the driver to ${what} and to see it, and it did not`);
  return wait;
}
