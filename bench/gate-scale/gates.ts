/** The gates of a whole release: each write of the route, and when the driver had seen it everywhere. */
import type { Driver, DriverEvent } from '../../e2e/support/driver';
import type { Seen } from './world';

export interface Gate {
  readonly written: DriverEvent;
  readonly writtenAtMs: number;
  /** The first decision that did not wait. */
  readonly passed: DriverEvent;
  readonly passedAtMs: number;
}

/** Of each write of the route. */
export function gatesOf({ events }: Driver): Gate[] {
  return events.flatMap((written, index) => {
    if (written.event !== 'wrote' || !written.what?.startsWith('write the route')) return [];
    const passed = events.slice(index + 1).find(({ decision }) => decision && decision.kind !== 'wait');
    if (!passed) return [];
    return [{ written, writtenAtMs: Date.parse(written.at), passed, passedAtMs: Date.parse(passed.at) }];
  });
}

/** The driver tells a write when the API server has it. */
export function arrivalsOf({ writtenAtMs }: Gate, arrivals: Seen['arrivals']): Seen['arrivals'][number] {
  const write = arrivals.findLast(({ atMs }) => atMs <= writtenAtMs);
  if (!write) throw new Error('expected the write to have come to the API server before the driver told it');
  return write;
}
