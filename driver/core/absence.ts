/**
 * An API server that does not answer, such as during its upgrade, ends no release. Proxies and nodes keep what they have, so
 * traffic flows on, and the driver waits. Whether a write that was under way took effect, the next look tells.
 */
import type { Clock } from './clock';
import type { Ending } from './ending';
import { Refusal } from '../../model';

interface Patience {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly awayLimitMs: number;
  readonly pollMs: number;
  /** Called once for each absence, and once for its end. */
  readonly tell: (absence: Absence) => void;
  /** Where a release under way stands; undefined while there is none, or nothing was written yet. */
  readonly underWay?: () => string | undefined;
}

export type Absence =
  | { readonly event: 'away'; readonly because: string }
  /** In the middle of a release, a right or a login is missing, or something refuses what is asked. */
  | { readonly event: 'refused'; readonly because: string }
  | { readonly event: 'back' };

const meanwhile = 'traffic keeps the routes it has';

export function describeAbsence(absence: Absence): string {
  if (absence.event === 'back') return 'the API server answers again';
  if (absence.event === 'refused')
    return `the API server refuses; waiting for it to allow this again: ${absence.because}`;
  return `the API server does not answer; ${meanwhile}: ${absence.because}`;
}

/** The code of the only Refusal that is an absence: all others come from an answer. */
const awayCode = 'unreachable';
const isAway = (error: unknown) => error instanceof Refusal && error.code === awayCode;
/** Answers that may be others soon: rights are read late after a restart, tokens are renewed, a policy or a webhook is corrected. */
const passingCodes: readonly string[] = ['api-refused', 'forbidden', 'no-api', 'state-unreadable', 'unauthorized'];

export class Absences {
  private sinceMs: number | undefined;

  constructor(private readonly patience: Patience) {}

  /** Takes one turn. Undefined: go on. That includes a turn in which the API server was away. */
  async through(turn: () => Promise<Ending | undefined>): Promise<Ending | undefined> {
    try {
      const ending = await turn();
      this.end();
      return ending;
    } catch (error) {
      // Whoever was told to stop waits for nobody.
      if (this.patience.stop.aborted && isAway(error)) return undefined;
      return this.endure(error);
    }
  }

  /** Rethrows what is no absence. An ending when the absence has lasted too long. */
  private async endure(error: unknown): Promise<Ending | undefined> {
    if (!(error instanceof Refusal)) throw error;
    const isGone = isAway(error);
    const standing = this.patience.underWay?.();
    // Before the first write it is a refusal, and the cluster is as it was. Afterwards that would not be true.
    if (!isGone && standing === undefined) throw error;
    if (!isGone && !passingCodes.includes(error.code)) return leftTo(error, standing);
    const { clock, stop, awayLimitMs, pollMs, tell } = this.patience;
    const nowMs = clock.monotonicMs();
    if (this.sinceMs === undefined) tell({ event: isGone ? 'away' : 'refused', because: error.message });
    this.sinceMs ??= nowMs;
    if (nowMs - this.sinceMs >= awayLimitMs)
      return isGone ? tooLong(awayLimitMs, error.found) : interrupted(awayLimitMs, error, standing);
    await clock.sleep(pollMs * 10, stop);
    return undefined;
  }

  private end(): void {
    if (this.sinceMs !== undefined) this.patience.tell({ event: 'back' });
    this.sinceMs = undefined;
  }
}

function tooLong(limitMs: number, lastSeen: string): Ending {
  const because = `waited ${limitMs / 1000} s for the API server; last seen: ${lastSeen}; ${meanwhile}`;
  return { outcome: 'timed-out', code: 'api-server', because };
}

function interrupted(limitMs: number, { code, message }: Refusal, standing: string | undefined): Ending {
  const because = `waited ${limitMs / 1000} s; last seen: ${message}; the release stays on record: ${standing}; the same command carries on`;
  return { outcome: 'interrupted', code, because };
}

/** No second look would change it: a person has to. */
function leftTo({ code, message }: Refusal, standing: string | undefined): Ending {
  return { outcome: 'held', code, because: `${message}; the release stays on record: ${standing}` };
}
