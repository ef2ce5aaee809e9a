/** Amounts as Kubernetes writes them: 100m, 1.5, 128Mi. */
export const quantityPattern = /^(\d+(?:\.\d+)?)(m|k|M|G|Ki|Mi|Gi)?$/;

const factors: Readonly<Record<string, number>> = {
  m: 1 / 1000,
  k: 1000,
  M: 1000 ** 2,
  G: 1000 ** 3,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** In cores or bytes. Throws a RangeError for text that is not a quantity. */
export function amountOf(quantity: string): number {
  const [, digits, suffix] = quantityPattern.exec(quantity) ?? [];
  if (digits === undefined) throw new RangeError(`expected a quantity such as 100m or 128Mi, found ${quantity}`);
  return Number(digits) * (suffix === undefined ? 1 : (factors[suffix] ?? 1));
}
