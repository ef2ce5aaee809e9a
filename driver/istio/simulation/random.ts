/**
 * Random numbers that can be repeated: the same seed gives the same numbers on every machine. Each part of the world draws
 * from a stream of its own, so one more draw in one part does not change all others.
 */
export class Random {
  private state: number;

  constructor(private readonly seed: number) {
    this.state = seed | 0;
  }

  /** A stream of its own, which depends on the seed and the name alone. */
  fork(name: string): Random {
    let hash = this.seed | 0;
    for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
    return new Random(hash);
  }

  /** 0 ≤ x < 1: a Weyl sequence whose every value is mixed by multiplications and shifts. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number, both ends included. */
  between({ minMs, maxMs }: Span): number {
    return minMs + Math.floor(this.next() * (maxMs - minMs + 1));
  }

  /** Undefined only for an empty list. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.next() * items.length)];
  }
}

/** The limits of a random delay, in milliseconds of virtual time. */
export interface Span {
  readonly minMs: number;
  readonly maxMs: number;
}

export const span = (minMs: number, maxMs: number): Span => ({ minMs, maxMs });
