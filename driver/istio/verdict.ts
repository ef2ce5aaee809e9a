/** What the measurements of a step say of the version on trial. */
export interface Verdict {
  /** inconclusive: it cannot be told. That never counts as a success (invariant S6). */
  readonly verdict: 'successful' | 'failed' | 'inconclusive';
  readonly reason: string;
}
