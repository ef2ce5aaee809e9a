/** From the answers to requests through the gateway to a verdict. Pure. */
import type { Verdict } from '../verdict';
import type { MeasuredVerdict } from './judge';
import type { Answer } from './send-request';

/** Equal answers are kept once, with their number: an analysis of a day fits into memory. */
export interface Counted {
  readonly answer: Answer;
  readonly count: number;
}

export interface Tally {
  readonly answers: readonly Counted[];
  /** Requests that were to be sent. */
  readonly wanted: number;
  /** False when the driver itself fell behind: its own lateness may then look like the service's. */
  readonly heldRate: boolean;
  readonly isInterrupted: boolean;
}

export interface RequestLimits {
  readonly canary: string;
  readonly maxFailures: number;
}

export function judgeRequests(tally: Tally, { canary, maxFailures }: RequestLimits): MeasuredVerdict {
  const { answers, wanted, heldRate, isInterrupted } = tally;
  const all = sum(answers);
  const failed = answers.filter(({ answer }) => isFailure(answer, canary));
  const unclear = sum(answers.filter(({ answer }) => isUnclear(answer, canary)));
  const byCanary = sum(answers.filter(({ answer }) => versionOf(answer) === canary));
  const numbers = { wanted, sent: all, failed: sum(failed), unclear, byCanary };
  const summary = `${all} requests: ${describeAll(answers)}`;
  const say = (verdict: Verdict['verdict'], reason: string) => ({ verdict, reason: `${reason}${summary}`, numbers });
  const cannotTell = (reason: string) => say('inconclusive', `${reason}; `);

  // In this order: can it be told at all, evidence against the canary, reasons to doubt, and only then success.
  if (all > 0 && !answers.some(({ answer }) => reachedAnyone(answer))) return cannotTell('nothing could connect');
  // A driver that fell behind may have caused the timeouts itself; an answer of status 5xx is what it is.
  const certain = heldRate ? failed : failed.filter(({ answer }) => answer.kind === 'answered');
  if (sum(certain) > maxFailures)
    return say('failed', `${sum(certain)} failed (allowed: ${maxFailures}), ${blame(certain, canary)}; `);
  if (isInterrupted) return cannotTell('the analysis was interrupted');
  if (!heldRate) return cannotTell('the driver could not send at the wanted rate');
  if (all < wanted) return cannotTell(`${wanted - all} of ${wanted} requests were not sent`);
  if (sum(failed) + unclear > maxFailures)
    return cannotTell(`${unclear} answers say nothing about ${canary} (allowed: ${maxFailures})`);
  if (byCanary === 0 && answers.some(({ answer }) => versionOf(answer) !== undefined))
    return cannotTell(`no answer came from ${canary}`);
  return say('successful', '');
}

/** Status 5xx by another version is not held against the canary: going back would send traffic to what is sick (S8). */
function isFailure(answer: Answer, canary: string): boolean {
  if (answer.kind !== 'answered') return answer.kind !== 'not sent';
  return answer.status >= 500 && (answer.version ?? canary) === canary;
}

/** Neither served nor failed: a 404 may be a wrong path and a 301 the gateway's own; they tell nothing of the canary. */
function isUnclear(answer: Answer, canary: string): boolean {
  const isServed = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
  return !isServed && !isFailure(answer, canary);
}

function reachedAnyone(answer: Answer): boolean {
  return answer.kind === 'answered' || (answer.kind !== 'not sent' && answer.hadConnected);
}

function versionOf(answer: Answer): string | undefined {
  return answer.kind === 'answered' ? answer.version : undefined;
}

/** Which failures are the canary's own: a proxy's 503 names no version. */
function blame(failed: readonly Counted[], canary: string): string {
  const byCanary = sum(failed.filter(({ answer }) => versionOf(answer) === canary));
  const other = sum(failed) - byCanary;
  const parts = [`${byCanary} by ${canary}`, `${other} that no version answered for`];
  return parts.filter((_, index) => [byCanary, other][index] !== 0).join(' and ');
}

export function describeAnswer(answer: Answer): string {
  if (answer.kind === 'not sent') return `${answer.kind} (${answer.cause})`;
  if (answer.kind !== 'answered') return answer.hadConnected ? answer.kind : `${answer.kind} (no connection)`;
  return answer.version === undefined ? `${answer.status}` : `${answer.status} by ${answer.version}`;
}

function describeAll(answers: readonly Counted[]): string {
  return answers.map(({ answer, count }) => `${count} × ${describeAnswer(answer)}`).join(', ') || 'none was sent';
}

function sum(answers: readonly Counted[]): number {
  return answers.reduce((total, { count }) => total + count, 0);
}
