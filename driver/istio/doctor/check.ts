/** What a check says: right, wrong with what to do, or that it cannot be told. The last is no yes. */
export interface Check {
  readonly check: string;
  readonly verdict: 'right' | 'wrong' | 'cannot tell';
  readonly found: string;
  /** What to do about it; only of what is not right. */
  readonly fix?: string;
}

export const right = (check: string, found: string): Check => ({ check, verdict: 'right', found });
export const wrong = (check: string, found: string, fix: string): Check => ({ check, verdict: 'wrong', found, fix });
export const unknown = (check: string, found: string, fix: string): Check => ({
  check,
  verdict: 'cannot tell',
  found,
  fix,
});

export function checkLine({ check, verdict, found, fix }: Check): string {
  return `${verdict.padEnd(11)} ${check}: ${found}${fix === undefined ? '' : `; ${fix}`}\n`;
}
