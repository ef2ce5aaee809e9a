/** How much an API server bears: so many requests in each second of its clock. */
export class Quota {
  private second = 0;
  private used = 0;

  /** `perSecond` of 0: without limit. */
  constructor(
    private readonly perSecond: number,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Whether one more is too much. */
  isExceeded(): boolean {
    const second = Math.floor(this.nowMs() / 1000);
    if (second !== this.second) this.used = 0;
    this.second = second;
    this.used += 1;
    return this.perSecond > 0 && this.used > this.perSecond;
  }
}
