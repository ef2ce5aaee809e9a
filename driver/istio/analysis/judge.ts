/** From measurements and thresholds to a verdict. What was not measured never counts as a success (invariant S6). */
import type { Verdict } from '../verdict';

/** One reading: a number, or why there is none. */
export type Measurement = { readonly value: number } | { readonly missing: string };

export interface Thresholds {
  readonly min?: number;
  readonly max?: number;
  /** Measurements that a success needs. */
  readonly count: number;
  /** Measurements beyond a threshold that are still no failure. */
  readonly maxFailures: number;
}

/** A verdict with the numbers that it rests on, for events and reports. */
export interface MeasuredVerdict extends Verdict {
  readonly numbers: Readonly<Record<string, number>>;
}

export function judge(measurements: readonly Measurement[], thresholds: Thresholds): MeasuredVerdict {
  const values = measurements.flatMap((measurement) =>
    isReadable(measurement, thresholds) ? [measurement.value] : [],
  );
  const failures = values.filter((value) => isBeyond(value, thresholds));
  const missing = measurements.filter((measurement) => !isReadable(measurement, thresholds));
  const numbers = { measured: values.length, failed: failures.length, missing: missing.length, ...extremes(values) };
  const { count, maxFailures } = thresholds;
  const say = (verdict: Verdict['verdict'], reason: string) => ({ verdict, reason, numbers });

  // First: what was measured to be bad stays bad, whatever else could not be measured.
  if (failures.length > maxFailures) {
    const found = `${failures.length} of ${values.length} measurements are outside the limit`;
    const limit = `${describeRange(thresholds)}; allowed: ${maxFailures}`;
    return say('failed', `${found} (${limit}): ${failures.join(', ')}`);
  }
  if (missing.length > 0)
    return say('inconclusive', `${missing.length} of ${measurements.length} measurements are missing: ${why(missing)}`);
  if (values.length < count) return say('inconclusive', `${values.length} of ${count} measurements were taken`);
  const allowed = failures.length > 0 ? `, ${failures.length} beyond it (allowed: ${maxFailures})` : '';
  return say(
    'successful',
    `${values.length} measurements: ${values.join(', ')}; wanted ${describeRange(thresholds)}${allowed}`,
  );
}

/** Further measurements cannot change the verdict. */
export function isDecided(measurements: readonly Measurement[], thresholds: Thresholds): boolean {
  return judge(measurements, thresholds).verdict === 'failed';
}

/** NaN (0 of 0 requests) is no reading. An infinite value may break a threshold, but is never taken for one that keeps it. */
function isReadable(measurement: Measurement, thresholds: Thresholds): measurement is { value: number } {
  if ('missing' in measurement) return false;
  return Number.isFinite(measurement.value) || isBeyond(measurement.value, thresholds);
}

function isBeyond(value: number, { min = -Infinity, max = Infinity }: Thresholds): boolean {
  return value < min || value > max;
}

function describeRange({ min, max }: Thresholds): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? 'any number' : `at most ${max}`;
}

/** Each cause once. */
function why(missing: readonly Measurement[]): string {
  const causes = missing.map((measurement) =>
    'missing' in measurement ? measurement.missing : `the value is ${measurement.value}`,
  );
  return [...new Set(causes)].join('; ');
}

function extremes(values: readonly number[]): Record<string, number> {
  return values.length > 0 ? { lowest: Math.min(...values), highest: Math.max(...values) } : {};
}
