import { atConstantRate } from '../../../../driver/istio/analysis/constant-rate';
import { VirtualClock } from '../../../support/virtual-clock';

const never = new AbortController().signal;
const rate = { perSecond: 4, count: 8, mostAtOnce: 100 };

test('starts are evenly spaced, whether or not those before have ended', async () => {
  const clock = new VirtualClock();
  const startedMs: number[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const start = () => {
    startedMs.push(clock.nowMs());
    if (startedMs.length === rate.count) end();
    return ended;
  };
  expect(await atConstantRate(start, rate, clock, never)).toBe(true);
  expect(startedMs).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750]);
});

test('a machine that stalls has not held the rate, though it makes up for it', async () => {
  const clock = new VirtualClock();
  let started = 0;
  const start = () => {
    if (++started === 2) clock.pass(2_000);
    return Promise.resolve();
  };
  expect(await atConstantRate(start, rate, clock, never)).toBe(false);
  expect(started).toBe(rate.count);
});

test('one late start in a hundred is still a constant rate', async () => {
  const clock = new VirtualClock();
  let started = 0;
  const start = () => {
    if (++started === 50) clock.pass(400);
    return Promise.resolve();
  };
  expect(await atConstantRate(start, { ...rate, count: 100 }, clock, never)).toBe(true);
});

test('what would exceed the bound is left out, and the rate was not held', async () => {
  let started = 0;
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const clock = new VirtualClock();
  const run = atConstantRate(() => (started++, ended), { ...rate, mostAtOnce: 3 }, clock, never);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  while (clock.nowMs() < 1750) await turn();
  await turn(); // The last one is due now.
  end();
  expect(await run).toBe(false);
  expect(started).toBe(3);
});

test('nothing is started after the signal', async () => {
  const stop = new AbortController();
  let started = 0;
  const start = () => {
    if (++started === 3) stop.abort();
    return Promise.resolve();
  };
  await atConstantRate(start, rate, new VirtualClock(), stop.signal);
  expect(started).toBe(3);
});
