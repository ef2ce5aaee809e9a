import fc from 'fast-check';
import { allTo, formatSplit, podsForWeight, sameSplit, shareTo, splitOf, sumOf, weightOf } from '../../model';
import { weights } from '../support/arbitrary-release';

const named = (shares: number[]) => Object.fromEntries(shares.map((weight, i) => [`v${i + 1}`, weight]));
const splits = fc.integer({ min: 1, max: 5 }).chain(weights).map(named);

test('a split keeps every weight, leaves out zeros and sums to 100', () => {
  fc.assert(
    fc.property(splits, (given) => {
      const split = splitOf(given);
      expect(sumOf(split)).toBe(100);
      expect(Object.values(split).every((weight) => weight > 0)).toBe(true);
      for (const [version, weight] of Object.entries(given)) expect(weightOf(split, version)).toBe(weight);
    }),
  );
});

test('splits are the same exactly when all their weights are, in whatever order they are written', () => {
  fc.assert(
    fc.property(splits, splits, (a, b) => {
      const versions = new Set([...Object.keys(a), ...Object.keys(b)]);
      const equal = [...versions].every((version) => weightOf(a, version) === weightOf(b, version));
      expect(sameSplit(a, b)).toBe(equal);
      expect(sameSplit(a, Object.fromEntries(Object.entries(a).reverse()))).toBe(true);
    }),
  );
});

test('a split has one spelling', () => {
  expect(formatSplit({ v2: 10, v1: 90, v0: 0 })).toBe('v1-90.v2-10');
  expect(formatSplit(allTo('v2'))).toBe('v2-100');
});

test.each([
  [{ v1: 99 }, 'expected weights that sum to 100, found 99'],
  [{ v1: 50.5, v2: 49.5 }, 'expected an integer weight of 0 to 100 for v1, found 50.5'],
  [{ v1: 101, v2: -1 }, 'expected an integer weight of 0 to 100 for v2, found -1'],
  [{ v1: NaN }, 'expected an integer weight of 0 to 100 for v1, found NaN'],
])('%j is not a split', (given, message) => {
  expect(() => splitOf(given)).toThrow(new RangeError(message));
});

test('a share to the stable version itself is all of it', () => {
  expect(shareTo('v2', 10, 'v1')).toEqual({ v1: 90, v2: 10 });
  expect(shareTo('v1', 10, 'v1')).toEqual({ v1: 100 });
});

test('S4: the pods for a weight carry at least its share, and one fewer would not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1000 }), (weight, needed) => {
      const pods = podsForWeight(weight, needed);
      expect(pods * 100).toBeGreaterThanOrEqual(weight * needed);
      expect((pods - 1) * 100).toBeLessThan(weight * needed);
    }),
  );
  expect(podsForWeight(0, 10)).toBe(0);
});
