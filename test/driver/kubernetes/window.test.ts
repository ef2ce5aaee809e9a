import { ApiError } from '../../../driver/kubernetes/api';
import { Window } from '../../../driver/kubernetes/window';

const items = Array.from({ length: 60 }, (_, index) => index);
const busy = (retryAfterMs?: number) =>
  new ApiError(429, 'TooManyRequests', 'too many requests', { method: 'GET', path: '/' }, retryAfterMs);
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

let waits: number[];
let wake: () => void;
let window: Window;
beforeEach(() => {
  waits = [];
  window = new Window({ first: 4, most: 10 }, (ms) => {
    waits.push(ms);
    return new Promise<void>((resolve) => (wake = resolve));
  });
});

/** Asks so many pods, and returns how many of them were asked at the same time at most. */
async function mostAtATime(count: number, answer: () => Promise<unknown> = settled): Promise<number> {
  let now = 0;
  let most = 0;
  await window.map(items.slice(0, count), (item) =>
    window.ask(async () => {
      most = Math.max(most, (now += 1));
      await answer().finally(() => (now -= 1));
      return item;
    }),
  );
  return most;
}

test('answers come in the order of the items, and an error is that of the whole', async () => {
  expect(await window.map(items, (item) => window.ask(() => Promise.resolve(item * 2)))).toEqual(
    items.map((item) => item * 2),
  );
  expect(await window.map([], () => Promise.resolve())).toEqual([]);
  await expect(window.map(items, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('more are asked at a time while all goes well, up to a limit', async () => {
  expect(await mostAtATime(4)).toBe(4);
  expect(window.size).toBe(8);
  expect(await mostAtATime(60)).toBe(10);
  expect(window.size).toBe(10);
});

test('half as many are asked after the API server said that it is busy, once for all that it refused together', async () => {
  const asking = mostAtATime(4, jest.fn(settled).mockRejectedValueOnce(busy(2_000)).mockRejectedValueOnce(busy(2_000)));
  await settled();
  await settled();
  expect(waits).toEqual([2_000]);
  wake();
  await asking;
  // Four, two of which answered first, and half of those six; two more answers are not yet a whole round.
  expect(window.size).toBe(3);
  await mostAtATime(3);
  expect(window.size).toBe(4);
});

test('nobody is asked before the time that the API server names', async () => {
  let asked = 0;
  const refused = jest.fn(settled).mockRejectedValueOnce(Object.assign(new Error('refused'), { status: 429 }));
  const first = window.ask(refused);
  await settled();
  const second = window.ask(() => Promise.resolve((asked += 1)));
  await settled();
  expect([waits, asked]).toEqual([[1_000], 0]);
  wake();
  await Promise.all([first, second]);
  expect([asked, refused.mock.calls.length]).toEqual([1, 2]);
});

test('one that stays too busy is told after some tries, and no server makes anybody wait for long', async () => {
  const window = new Window({ first: 1, most: 1 }, (ms) => Promise.resolve(waits.push(ms)));
  const refused = jest.fn(() => Promise.reject(busy(3_600_000)));
  await expect(window.ask(refused)).rejects.toThrow('too many requests');
  expect([refused.mock.calls.length, waits]).toEqual([3, [5_000, 5_000]]);
});

test('any other error is told at once', async () => {
  const refused = jest.fn(() => Promise.reject(Object.assign(new Error('forbidden'), { status: 403 })));
  await expect(window.ask(refused)).rejects.toThrow('forbidden');
  expect([refused.mock.calls.length, waits, window.size]).toEqual([1, [], 4]);
});
