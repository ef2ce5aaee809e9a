/** A share of the traffic as a bar that reads without colour. */
export function bar(weight: number, cells = 20): string {
  const full = Math.round((weight / 100) * cells);
  // A share of one in a hundred is not nothing, and ninety-nine are not all.
  const shown = Math.min(weight < 100 ? cells - 1 : cells, Math.max(weight > 0 ? 1 : 0, full));
  return '█'.repeat(shown) + '░'.repeat(cells - shown);
}
