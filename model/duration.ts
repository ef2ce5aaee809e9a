/** Durations as a release file writes them: a whole number and its unit, such as 500ms, 15s, 5m or 1h. */

const unitsMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** Up to nine digits: every duration is a safe integer in milliseconds. */
export const durationPattern = /^(\d{1,9})(ms|s|m|h)$/;

/** Exact. Undefined for text that is not a duration. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * unitsMs[unit as keyof typeof unitsMs];
}

/** The inverse: a whole number of milliseconds in the largest unit that says it exactly. */
export function formatDuration(ms: number): string {
  const [unit, unitMs] = Object.entries(unitsMs).find(([, unitMs]) => ms > 0 && ms % unitMs === 0) ?? ['s', 1_000];
  return `${ms / unitMs}${unit}`;
}

export function formatSeconds(seconds: number): string {
  return formatDuration(seconds * 1_000);
}
