/** Where the API server spells or orders a value otherwise than it was applied, without changing what it means. */

/** Kubernetes: "1000m" is stored as "1", "1024Mi" as "1Gi". Exact, as floating point numbers are not: 0.7 ≠ 700 × 0.001. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [nanosOf(a), nanosOf(b)];
  return left !== undefined && left === right;
}

const suffixes: Readonly<Record<string, readonly [base: bigint, power: bigint]>> = {
  n: [10n, 0n],
  u: [10n, 3n],
  m: [10n, 6n],
  '': [10n, 9n],
  k: [10n, 12n],
  M: [10n, 15n],
  G: [10n, 18n],
  T: [10n, 21n],
  P: [10n, 24n],
  E: [10n, 27n],
  Ki: [1024n, 1n],
  Mi: [1024n, 2n],
  Gi: [1024n, 3n],
  Ti: [1024n, 4n],
  Pi: [1024n, 5n],
  Ei: [1024n, 6n],
};

/** In units of 10⁻⁹, the finest that Kubernetes keeps; undefined for what is no quantity. */
function nanosOf(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/.exec(String(value));
  const [, sign, whole = '', fraction = '', suffix = '', exponent = '0'] = parts ?? [];
  if (!parts || whole + fraction === '' || fraction.length > 9) return undefined;
  const [base, power] = suffixes[suffix] ?? [10n, 9n];
  const scale = base === 10n ? 10n ** power : 1024n ** power * 10n ** 9n;
  const shift = BigInt(exponent) - BigInt(fraction.length);
  const digits = BigInt(whole + fraction) * scale;
  const nanos = shift >= 0n ? digits * 10n ** shift : roundedUp(digits, 10n ** -shift);
  return sign === '-' ? -nanos : nanos;
}

/** As Kubernetes rounds what is finer than it keeps. */
function roundedUp(digits: bigint, divisor: bigint): bigint {
  return (digits + divisor - 1n) / divisor;
}

/** "8080" and 8080, in fields that take a number or a name. */
export function sameIntOrString(a: unknown, b: unknown): boolean {
  return isIntOrString(a) && isIntOrString(b) && String(a) === String(b);
}

function isIntOrString(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value);
}
