/**
 * How many pods are asked at a time: as many as the API server bears. One more with each answer, up to a limit. When the API server says
 * that it is busy (429), half as many, and none before the time that it names; from then on one more only with each whole round.
 */
import pLimit from 'p-limit';
import { setTimeout as delay } from 'node:timers/promises';

export interface Sizes {
  readonly first: number;
  readonly most: number;
}

/** Enough to be quick with a dozen gateways; and with hundreds of sidecars, each with megabytes to say, no more than memory holds. */
const usual: Sizes = { first: 8, most: 16 };

/** A look that takes longer only waits, but a proxy that cannot be asked has to be named some day. */
const mostAttempts = 3;
const usualPauseMs = 1_000;
const longestPauseMs = 5_000;

export class Window {
  private exactSize: number;
  private readonly limit;
  private hasBeenBusy = false;
  private pause: Promise<void> | undefined;

  constructor(
    private readonly sizes: Sizes = usual,
    private readonly sleep: (ms: number) => Promise<unknown> = (ms) => delay(ms),
  ) {
    this.exactSize = sizes.first;
    this.limit = pLimit(sizes.first);
  }

  get size(): number {
    return this.limit.concurrency;
  }

  /** Results are in the order of the items. */
  map<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    return Promise.all(items.map((item) => this.limit(() => work(item))));
  }

  /** Inside of such work: asks again, some times, when the API server was busy. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      await this.pause;
      try {
        const answer = await question();
        this.resize(this.exactSize + (this.hasBeenBusy ? 1 / this.exactSize : 1));
        return answer;
      } catch (error) {
        const pauseMs = busyForMs(error);
        if (pauseMs === undefined || attempt === mostAttempts) throw error;
        this.yieldFor(pauseMs);
      }
    }
  }

  /** Once, however many of those that were asked at the same time are refused. */
  private yieldFor(ms: number): void {
    if (this.pause) return;
    this.hasBeenBusy = true;
    this.resize(this.exactSize / 2);
    this.pause = this.sleep(Math.min(ms, longestPauseMs)).then(() => {
      this.pause = undefined;
    });
  }

  private resize(size: number): void {
    this.exactSize = Math.max(1, Math.min(size, this.sizes.most));
    this.limit.concurrency = Math.floor(this.exactSize);
  }
}

/** Of an ApiError, or of a TunnelRefused, which tells a status and nothing else. Undefined for what is no sign of a busy API server. */
function busyForMs(error: unknown): number | undefined {
  const { status, retryAfterMs = usualPauseMs } = error as { readonly status?: number; readonly retryAfterMs?: number };
  return status === 429 ? retryAfterMs : undefined;
}
