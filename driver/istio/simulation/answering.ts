/** Whether the API server answers, and whom it refuses. */
export class Answering {
  private awayUntilMs = 0;
  private readonly refusedUntilMs = { all: 0, state: 0 };

  constructor(protected readonly nowMs: () => number) {}

  /** It answers nobody for a while. */
  goAway(forMs: number): void {
    this.awayUntilMs = Math.max(this.awayUntilMs, this.nowMs() + forMs);
  }

  get isAway(): boolean {
    return this.nowMs() < this.awayUntilMs;
  }

  /** A right is missing for a while: to everything, or to the state alone. */
  refuse(what: 'all' | 'state', forMs: number): void {
    this.refusedUntilMs[what] = Math.max(this.refusedUntilMs[what], this.nowMs() + forMs);
  }

  isRefused(what: 'all' | 'state'): boolean {
    return this.nowMs() < this.refusedUntilMs[what];
  }
}
