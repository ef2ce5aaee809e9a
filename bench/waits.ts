/** When a driver made a write, and when it had seen what it waited for after it. */
import { wrote, type Driver } from '../e2e/support/driver';

export function waitAfter({ events }: Driver, what: string): { writtenAtMs: number; passedAtMs: number } {
  const index = events.findIndex(wrote(what));
  const written = events[index];
  const passed = events.slice(index + 1).find(({ decision }) => decision && decision.kind !== 'wait');
  if (!written || !passed) throw new Error(`expected the driver to ${what} and to see it, and it did not`);
  return { writtenAtMs: Date.parse(written.at), passedAtMs: Date.parse(passed.at) };
}
