/**
 * An API server that does not answer, as while it is upgraded, ends no release: traffic goes on by the routes that proxies
 * have, and the driver waits for it as for everything else. Whether a write that was under way took effect is for the next
 * look to tell.
 */
import type { Clock } from '../istio/cluster';
import { Refusal } from '../../model';
import type { Ending } from '../istio/events';

interface Patience {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly limitMs: number;
  readonly pollMs: number;
  /** Hears once of each absence and of its end. */
  readonly tell: (absence: Absence) => void;
}

export type Absence = { readonly event: 'away'; readonly because: string } | { readonly event: 'back' };

export function describeAbsence(absence: Absence): string {
  if (absence.event === 'back') return 'the API server answers again';
  return `the API server is away, and proxies go on by what they have: ${absence.because}`;
}

/** The code of a Refusal that says so; every other one comes of an answer. */
const awayCode = 'unreachable';

export class Absences {
  private sinceMs: number | undefined;

  constructor(private readonly patience: Patience) {}

  /** One turn of a driver; when the API server was away in it, it is to be repeated. */
  async through(turn: () => Promise<Ending | undefined>): Promise<Ending | undefined> {
    try {
      const ending = await turn();
      this.end();
      return ending;
    } catch (error) {
      return this.endure(error);
    }
  }

  /** Rethrows what is no absence; an ending when it has lasted for too long. */
  private async endure(error: unknown): Promise<Ending | undefined> {
    if (!(error instanceof Refusal) || error.code !== awayCode) throw error;
    const { clock, stop, limitMs, pollMs, tell } = this.patience;
    const nowMs = clock.nowMs();
    if (this.sinceMs === undefined) tell({ event: 'away', because: error.message });
    this.sinceMs ??= nowMs;
    if (nowMs - this.sinceMs >= limitMs) {
      const because = `waited ${limitMs / 1000} s for the API server; last seen: ${error.found}; proxies go on by what they have`;
      return { outcome: 'timed-out', because };
    }
    await clock.sleep(pollMs * 10, stop);
    return undefined;
  }

  private end(): void {
    if (this.sinceMs !== undefined) this.patience.tell({ event: 'back' });
    this.sinceMs = undefined;
  }
}
