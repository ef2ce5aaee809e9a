import fc from 'fast-check';
import { isMore, nanosOf } from '../../model/quantity';

test.each([
  ['1', '1000m'],
  ['0.7', '700m'],
  ['1.5', '1500m'],
  ['1Gi', '1024Mi'],
  ['1.5Gi', '1536Mi'],
  ['1k', '1e3'],
  ['1E', '1e18'],
  ['100u', '0.1m'],
  ['-1', '-1000m'],
  ['.5', '500m'],
  ['0.0000000001', '1n'],
])('%s and %s are one quantity', (a, b) => {
  expect(nanosOf(a)).toBeDefined();
  expect(nanosOf(a)).toBe(nanosOf(b));
});

test.each([
  ['1001m', '1'],
  ['1Gi', '1G'],
  ['1M', '1m'],
  ['0', '-1'],
])('%s is more than %s', (a, b) => {
  expect([isMore(a, b), isMore(b, a), isMore(a, a)]).toEqual([true, false, false]);
});

test.each(['', '.', 'x', '1x', '1 Gi', 'Gi', '1e', '1mi'])('"%s" is not a quantity', (text) => {
  expect(nanosOf(text)).toBeUndefined();
  expect([isMore(text, '0'), isMore('0', text)]).toEqual([false, false]);
});

test('any amount in thousandths is the amount in units, and no other', () => {
  const amounts = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(amounts, amounts, (a, b) => {
      const units = `${Math.floor(a / 1000)}.${String(a % 1000).padStart(3, '0')}`;
      expect(nanosOf(units) === nanosOf(`${b}m`)).toBe(a === b);
    }),
  );
});
