import fc from 'fast-check';
import { isDecided, judge, type Measurement, type Thresholds } from '../../../../driver/istio/analysis/judge';

const values = (...numbers: number[]): Measurement[] => numbers.map((value) => ({ value }));
const gone: Measurement = { missing: 'the query has an empty result' };
const atLeast99 = { min: 99, count: 3, maxFailures: 0 };

test('three measurements within the thresholds are a success', () => {
  expect(judge(values(99, 100, 99.5), atLeast99)).toEqual({
    verdict: 'successful',
    reason: '3 measurements: 99, 100, 99.5; wanted at least 99',
    numbers: { measured: 3, failed: 0, missing: 0, lowest: 99, highest: 100 },
  });
});

test('a failure says the limit, what was allowed and what was measured', () => {
  const verdict = judge(values(99, 12, 3), { ...atLeast99, max: 100, maxFailures: 1 });
  expect(verdict.verdict).toBe('failed');
  expect(verdict.reason).toBe('2 of 3 measurements are outside the limit (99 to 100; allowed: 1): 12, 3');
});

test('missing data is inconclusive, with each cause once', () => {
  const verdict = judge([...values(99), gone, gone, { missing: 'timeout' }], atLeast99);
  expect(verdict).toMatchObject({ verdict: 'inconclusive', numbers: { measured: 1, missing: 3 } });
  expect(verdict.reason).toBe('3 of 4 measurements are missing: the query has an empty result; timeout');
});

test('NaN is missing', () => {
  const verdict = judge(values(99, Number.NaN, 99), atLeast99);
  expect(verdict).toMatchObject({ verdict: 'inconclusive', numbers: { measured: 2, missing: 1 } });
  expect(verdict.reason).toContain('the value is NaN');
});

test('an infinite value breaks a threshold, but keeps none', () => {
  expect(judge(values(Infinity), { max: 1, count: 1, maxFailures: 0 }).verdict).toBe('failed');
  expect(judge(values(Infinity), { min: 1, count: 1, maxFailures: 0 }).verdict).toBe('inconclusive');
});

test('fewer measurements than wanted, or none, are inconclusive', () => {
  expect(judge(values(99, 99), atLeast99)).toMatchObject({
    verdict: 'inconclusive',
    reason: '2 of 3 measurements were taken',
  });
  expect(judge([], atLeast99).verdict).toBe('inconclusive');
});

test('what was measured to be bad is a failure, whatever else is missing', () => {
  expect(judge([...values(0), gone], atLeast99).verdict).toBe('failed');
});

const thresholds: fc.Arbitrary<Thresholds> = fc.record({
  min: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
  max: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
  count: fc.integer({ min: 1, max: 6 }),
  maxFailures: fc.integer({ min: 0, max: 6 }),
});
const measurement: fc.Arbitrary<Measurement> = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map((value) => ({ value })),
  fc.constantFrom<Measurement>(gone, { value: Number.NaN }, { value: Infinity }, { value: -Infinity }),
);
const measurements = fc.array(measurement, { maxLength: 9 });
const rank = { failed: 0, inconclusive: 1, successful: 2 };

test('never successful when a measurement is missing, NaN, or not taken', () => {
  fc.assert(
    fc.property(measurements, thresholds, (taken, limits) => {
      const { min = -Infinity, max = Infinity } = limits;
      const isNumber = (one: Measurement) =>
        'value' in one && (Number.isFinite(one.value) || one.value < min || one.value > max);
      const isWhole = taken.length >= limits.count && taken.every(isNumber);
      if (!isWhole) expect(judge(taken, limits).verdict).not.toBe('successful');
    }),
  );
});

test('one more failing measurement never makes a verdict better, nor does one more missing one turn it into a success', () => {
  fc.assert(
    fc.property(measurements, fc.nat(9), thresholds, (taken, at, limits) => {
      const withOne = (one: Measurement) => judge([...taken.slice(0, at), one, ...taken.slice(at)], limits).verdict;
      const before = rank[judge(taken, limits).verdict];
      const complete = taken.length >= limits.count;
      if (limits.max !== undefined && complete)
        expect(rank[withOne({ value: limits.max + 1 })]).toBeLessThanOrEqual(before);
      expect(rank[withOne(gone)]).toBeLessThanOrEqual(Math.max(before, rank.inconclusive));
    }),
  );
});

test('decided means that no further measurement changes the verdict', () => {
  fc.assert(
    fc.property(measurements, measurements, thresholds, (first, more, limits) => {
      if (isDecided(first, limits))
        expect(judge([...first, ...more], limits).verdict).toBe(judge(first, limits).verdict);
    }),
  );
});

test('the numbers account for every measurement', () => {
  fc.assert(
    fc.property(measurements, thresholds, (taken, limits) => {
      const { measured = 0, missing = 0, failed = 0 } = judge(taken, limits).numbers;
      expect(measured + missing).toBe(taken.length);
      expect(failed).toBeLessThanOrEqual(measured);
    }),
  );
});
