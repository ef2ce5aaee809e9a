/** Values that the API server stores in another spelling than the one that was applied, with the same meaning. */
import { nanosOf } from '../../../model';

/** Kubernetes stores "1000m" as "1" and "1024Mi" as "1Gi". */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const [left, right] = [amountOf(a), amountOf(b)];
  return left !== undefined && left === right;
}

function amountOf(value: unknown): bigint | undefined {
  return typeof value === 'string' || typeof value === 'number' ? nanosOf(String(value)) : undefined;
}

/** "8080" and 8080, in fields that take a number or a name. */
export function sameIntOrString(a: unknown, b: unknown): boolean {
  return isIntOrString(a) && isIntOrString(b) && String(a) === String(b);
}

function isIntOrString(value: unknown): boolean {
  return typeof value === 'string' || Number.isInteger(value);
}
