import fc from 'fast-check';
import { runSchedule, type Clock } from '../../e2e/load/schedule';

/** A clock that only moves when it is told to, and may wake its sleepers late. */
function manualClock(oversleepsMs: readonly number[]) {
  let nowMs = 1000;
  let turn = 0;
  let sleeper: { dueMs: number; call: () => void } | undefined;
  const clock: Clock = {
    now: () => nowMs,
    after(ms, call) {
      sleeper = { dueMs: nowMs + ms, call };
      return () => (sleeper = undefined);
    },
  };
  const wake = () => {
    const due = sleeper;
    if (!due) return false;
    sleeper = undefined;
    nowMs = due.dueMs + (oversleepsMs[turn++ % oversleepsMs.length] ?? 0);
    due.call();
    return true;
  };
  return { clock, wake };
}

const oversleeps = fc.array(fc.nat(500), { minLength: 1, maxLength: 20 });

test('every request is sent once and in order, never early, however late the timers are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 200 }),
      oversleeps,
      (rate, count, late) => {
        const { clock, wake } = manualClock(late);
        const sent: { number: number; scheduledMs: number; sentMs: number }[] = [];
        let done = 0;
        runSchedule(
          { ratePerSecond: rate, maxRequests: count },
          clock,
          (number, scheduledMs) => sent.push({ number, scheduledMs, sentMs: clock.now() }),
          () => (done += 1),
        );
        while (wake());
        expect(sent.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, n) => n));
        for (const { number, scheduledMs, sentMs } of sent) {
          expect(scheduledMs).toBeCloseTo(1000 + (number * 1000) / rate, 6);
          expect(sentMs).toBeGreaterThanOrEqual(scheduledMs);
        }
        expect(done).toBe(1);
      },
    ),
  );
});

test('a schedule that is stopped sends nothing more and is done once', () => {
  const { clock, wake } = manualClock([0]);
  let sent = 0;
  let done = 0;
  const stop = runSchedule(
    { ratePerSecond: 100, maxRequests: 50 },
    clock,
    () => (sent += 1),
    () => (done += 1),
  );
  for (let turns = 0; turns < 10; turns += 1) wake();
  const before = sent;
  stop();
  stop();
  expect(wake()).toBe(false);
  expect(sent).toBe(before);
  expect(sent).toBeLessThan(50);
  expect(done).toBe(1);
});
