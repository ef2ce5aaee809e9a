/** Where the process is in its life, as the probes report it. */
export class Health {
  #isStarted = false;
  readonly #draining = new AbortController();

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isDraining(): boolean {
    return this.#draining.signal.aborted;
  }

  /** Aborted when the drain begins. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Traffic is wanted: neither before the start has finished nor once the end has begun. */
  get isReady(): boolean {
    return this.#isStarted && !this.isDraining;
  }

  get phase(): 'starting' | 'serving' | 'draining' {
    if (this.isDraining) return 'draining';
    return this.#isStarted ? 'serving' : 'starting';
  }

  start(): void {
    this.#isStarted = true;
  }

  drain(): void {
    this.#draining.abort();
  }
}
