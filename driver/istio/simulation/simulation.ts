/**
 * Virtual time. It moves only while somebody waits for it, and only when nobody can do anything more at this instant. There
 * is no real timer and no real clock, so hours pass in milliseconds, and always in the same order.
 */
import { EventQueue, type Event } from './event-queue';
import type { Random, Span } from './random';

/** One line of what happened, for people. */
export interface TimelineEntry {
  readonly atMs: number;
  readonly text: string;
}

/** A world that is still busy after so many events has an error. A message is better than a test that hangs. */
const mostEvents = 20_000_000;

export class Simulation {
  nowMs = 0;
  readonly timeline: TimelineEntry[] = [];
  private readonly queue = new EventQueue();
  /** One function for each waiter, to tell it of an error. */
  private readonly waiting = new Set<(error: Error) => void>();
  private isAdvancing = false;
  private hasSettled = false;
  private eventCount = 0;

  constructor(readonly random: Random) {}

  note(text: string): void {
    this.timeline.push({ atMs: this.nowMs, text });
  }

  after(delayMs: number, run: () => void): Event {
    if (!Number.isFinite(delayMs)) throw new RangeError(`expected a delay in milliseconds, found ${delayMs}`);
    return this.queue.add(this.nowMs + Math.max(0, delayMs), run);
  }

  afterSpan(delay: Span, random: Random, run: () => void): Event {
    return this.after(random.between(delay), run);
  }

  /** `begin` plans events, and one of them settles the promise. Time passes until then. */
  waitFor<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (error: Error) => (this.leave(fail), reject(error));
      this.waiting.add(fail);
      begin((value) => (this.leave(fail), resolve(value)), fail);
      this.advanceSoon();
    });
  }

  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return this.waitFor<void>((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', interrupt);
        resolve();
      };
      const event = this.after(ms, wake);
      const interrupt = () => {
        event.run = undefined;
        wake();
      };
      signal?.addEventListener('abort', interrupt);
    });
  }

  private leave(waiter: (error: Error) => void): void {
    this.waiting.delete(waiter);
    this.hasSettled = true;
  }

  /**
   * Time must not move while somebody can still act at this instant. A tick that is planned from a promise callback comes
   * after every other promise callback that can run now.
   */
  private advanceSoon(): void {
    if (this.isAdvancing) return;
    this.isAdvancing = true;
    queueMicrotask(() => process.nextTick(() => this.advance()));
  }

  private advance(): void {
    this.hasSettled = false;
    try {
      while (this.waiting.size > 0 && !this.hasSettled) this.step();
    } catch (error) {
      for (const fail of [...this.waiting]) fail(error as Error);
    }
    this.isAdvancing = false;
    if (this.waiting.size > 0) this.advanceSoon();
  }

  private step(): void {
    const event = this.queue.take();
    if (!event) throw new Error('expected an event that ends the wait, found none: this is an error in the simulation');
    if (++this.eventCount > mostEvents) throw new Error(`expected the simulation to end within ${mostEvents} events`);
    this.nowMs = event.atMs;
    event.run?.();
  }
}
