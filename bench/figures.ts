/** What a series of measurements comes to. */
export interface Figures {
  readonly count: number;
  readonly median: number;
  readonly worst: number;
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]];
  return { count: sorted.length, median: (low + high) / 2, worst: sorted.at(-1) ?? NaN };
}
