/** What became of one request, as its client saw it. A request is sent once and recorded once, whatever happens to it. */

/**
 * `reset-reused`: the connection had carried an answer before, so the other side may have closed it as idle while this
 * request was on its way. It is lost like any other, but its cure is another one (keep-alive timeouts).
 * `not-started`: every connection was busy until the request's time was up.
 */
export type ErrorKind = 'refused' | 'reset' | 'reset-reused' | 'timeout' | 'not-started' | 'truncated' | 'other';

/** Times are milliseconds since the epoch. */
export interface Outcome {
  readonly number: number;
  /** When the rate wanted it sent. */
  readonly scheduledMs: number;
  /** When it got its connection; null if it never did. */
  readonly startedMs: number | null;
  readonly endedMs: number;
  /** From the scheduled time, so that a wait for a connection counts: a queue cannot hide a slow server. */
  readonly latencyMs: number;
  readonly status: number | null;
  /** The header x-version of the answer. */
  readonly version: string | null;
  readonly error: ErrorKind | null;
  /** An error code, or what an answer other than 200 says about its origin. */
  readonly detail: string | null;
}

/** Was sent, and not answered 200. What was never sent says something about the load, not about the release. */
export function isLost(outcome: Outcome): boolean {
  return outcome.startedMs !== null && (outcome.error !== null || outcome.status !== 200);
}

/** Groups lost requests: `reset ECONNRESET`, `status 503 UH`. */
export function causeOf(outcome: Outcome): string {
  const what = outcome.error ?? `status ${outcome.status}`;
  return outcome.detail ? `${what} ${outcome.detail}` : what;
}
