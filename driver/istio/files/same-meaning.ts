/** Where the API server spells or orders a value otherwise than it was applied, without changing what it means. */

/** Kubernetes: "1000m" is stored as "1", "1024Mi" as "1Gi". Exact, as floating point numbers are not: 0.7 ≠ 700 × 0.001. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [nanosOf(a), nanosOf(b)];
  return left !== undefined && left === right;
}

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const quantity =
  /^(?<sign>[+-]?)(?<whole>\d*)\.?(?<fraction>\d{0,9})(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d{1,2}))?$/;

/** In units of 10⁻⁹, the finest that Kubernetes keeps; undefined for what is no quantity. */
function nanosOf(value: unknown): bigint | undefined {
  const parts =
    typeof value === 'string' || typeof value === 'number' ? quantity.exec(String(value))?.groups : undefined;
  if (!parts || `${parts.whole}${parts.fraction}` === '') return undefined;
  const digits = BigInt(`${parts.whole}${parts.fraction}`) * unitOf(parts.suffix);
  const shift = BigInt(parts.exponent ?? 0) - BigInt(parts.fraction?.length ?? 0);
  const nanos = shift >= 0n ? digits * 10n ** shift : roundedUp(digits, 10n ** -shift);
  return parts.sign === '-' ? -nanos : nanos;
}

function unitOf(suffix = ''): bigint {
  const binary = binarySuffixes.indexOf(suffix);
  if (binary >= 0) return 1024n ** BigInt(binary + 1) * 10n ** 9n;
  return 1000n ** BigInt(decimalSuffixes.indexOf(suffix));
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
