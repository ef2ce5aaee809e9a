import { optionsOf } from '../../service/server';

const options = (longestTaskMs: number) => optionsOf({ keepAliveMs: 72_000, longestTaskMs });

test('an upload may take as long to arrive as the longest request, and never less than Node allows by itself', () => {
  expect([15_000, 43_200_000].map((ms) => options(ms).requestTimeout)).toEqual([300_000, 43_200_000]);
});

test('idle connections are kept for the stated time', () => {
  expect(options(15_000).keepAliveTimeout).toBe(72_000);
});
