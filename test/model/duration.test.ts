import fc from 'fast-check';
import { durationMs, formatDuration } from '../../model';

test.each([
  ['500ms', 500],
  ['15s', 15_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['0s', 0],
  ['007s', 7_000],
])('%s is read exactly', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '15', 's', '1.5s', '-1s', '1h30m', ' 1s', '1s ', '1S', '1d', '1e3s', '1234567890s'])(
  '%j is no duration',
  (text) => {
    expect(durationMs(text)).toBeUndefined();
  },
);

test('a duration that was formatted is read as what it was, exactly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999_999_999 }),
      fc.constantFrom(1, 1_000, 60_000, 3_600_000),
      (count, unit) => {
        expect(durationMs(formatDuration(count * unit))).toBe(count * unit);
        expect(Number.isSafeInteger(count * unit)).toBe(true);
      },
    ),
  );
});

test('the largest unit that is exact is written', () => {
  expect([0, 500, 26_000, 120_000, 90_000, 7_200_000].map(formatDuration)).toEqual([
    '0s',
    '500ms',
    '26s',
    '2m',
    '90s',
    '2h',
  ]);
});
