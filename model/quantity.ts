/** Amounts as Kubernetes writes them: 100m, 1.5, 128Mi. */

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const quantity =
  /^(?<sign>[+-]?)(?<whole>\d*)\.?(?<fraction>\d*)(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d{1,2}))?$/;

/**
 * In units of 10⁻⁹, the finest that Kubernetes keeps; undefined for text that is not a quantity. A bigint is exact: with
 * floating point numbers 0.7 is not 700 × 0.001.
 */
export function nanosOf(text: string): bigint | undefined {
  const parts = quantity.exec(text)?.groups;
  if (!parts || `${parts.whole}${parts.fraction}` === '') return undefined;
  const digits = BigInt(`${parts.whole}${parts.fraction}`) * unitOf(parts.suffix);
  const shift = BigInt(parts.exponent ?? 0) - BigInt(parts.fraction?.length ?? 0);
  const nanos = shift >= 0n ? digits * 10n ** shift : roundedUp(digits, 10n ** -shift);
  return parts.sign === '-' ? -nanos : nanos;
}

/** False also for text that is not a quantity: the shape of the file refuses that. */
export function isMore(a: string, b: string): boolean {
  const [left, right] = [nanosOf(a), nanosOf(b)];
  return left !== undefined && right !== undefined && left > right;
}

function unitOf(suffix = ''): bigint {
  const binary = binarySuffixes.indexOf(suffix);
  if (binary >= 0) return 1024n ** BigInt(binary + 1) * 10n ** 9n;
  return 1000n ** BigInt(decimalSuffixes.indexOf(suffix));
}

/** Kubernetes, too, rounds up what is finer than it keeps. */
function roundedUp(digits: bigint, divisor: bigint): bigint {
  return (digits + divisor - 1n) / divisor;
}
