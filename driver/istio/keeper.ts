/** Writes notes into the state (see notes.ts), and knows for how long it could not. */
import { Refusal, type Release } from '../../model';
import type { Ending } from '../core/ending';
import type { Cluster } from './cluster';
import type { EventSink } from './events';
import type { Note } from './notes';
import type { Question } from './question';

export interface KeeperInput {
  readonly release: Release;
  readonly cluster: Pick<Cluster, 'keepState'>;
  readonly emit: EventSink;
  readonly gateLimitMs: number;
}

/** After a copy that failed. A webhook that does not answer costs many seconds each time, and an abort must not wait for it. */
const betweenFailuresMs = 30_000;

export class Keeper {
  /** Since when a note that is needed was not written. */
  private unwrittenSinceMs: number | undefined;
  private failedMs = -Infinity;

  constructor(private readonly input: KeeperInput) {}

  /** True: go on with what the note belongs to. False: look again first. An ending when that has lasted too long. */
  async keep(note: Note | undefined, { seen }: Question): Promise<boolean | Ending> {
    if (!note || (!note.isNeeded && seen.atMs - this.failedMs < betweenFailuresMs)) return true;
    const failure = await this.write(note, { seen });
    if (failure === undefined) {
      this.unwrittenSinceMs = undefined;
      return true;
    }
    return note.isNeeded ? this.waitFor(seen.atMs, failure) : true;
  }

  /** What stood in the way; throws when nothing was written of the release yet: then it does not begin. */
  private async write(note: Note, { seen }: Pick<Question, 'seen'>): Promise<string | undefined> {
    const { cluster, release, emit } = this.input;
    try {
      const outcome = await cluster.keepState(release, note, seen);
      return outcome === 'written' ? undefined : 'somebody else changed it, or what it is about';
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unreachable' || note.copies === 'begin') throw error;
      this.failedMs = seen.atMs;
      emit({ event: 'unkept', because: error.message });
      return error.message;
    }
  }

  private waitFor(nowMs: number, because: string): false | Ending {
    this.unwrittenSinceMs ??= nowMs;
    const { gateLimitMs } = this.input;
    if (nowMs - this.unwrittenSinceMs < gateLimitMs) return false;
    const text = `waited ${gateLimitMs / 1000} s to write the history of the release; last seen: ${because}; traffic stays where it is`;
    return { outcome: 'timed-out', code: 'state', because: text };
  }
}
