/** Counts outcomes as they arrive. */
import { causeOf, isLost, type Outcome } from './outcome';

export type Counts = Readonly<Record<string, number>>;

export interface Summary {
  readonly scenario: string;
  readonly load: string;
  /** Scheduled, and every one of them has an outcome: answered, lost or never sent. */
  readonly requests: number;
  readonly lost: number;
  readonly byCause: Counts;
  /** Answers by the version that gave them. */
  readonly byVersion: Counts;
  readonly pace: Pace;
}

/** Whether the load was what it claims to have been. */
export interface Pace {
  readonly held: boolean;
  readonly wantedPerSecond: number;
  readonly onTime: number;
  readonly unsent: number;
  readonly worstLagMs: number;
}

/**
 * A request that gets its connection later than this after its scheduled time was not sent at the wanted rate. Shorter
 * stalls are part of life on a machine that starts pods beside the load: they are made up for at a higher rate.
 */
const lateMs = 2000;
/** With some of them late, it is still the rate that was wanted: the neighbours of a virtual machine take processors away. */
const leastOnTimeShare = 0.95;
/** A longer stall would hide what happened meanwhile. */
const worstAllowedLagMs = 5000;

export class Tally {
  private requests = 0;
  private onTime = 0;
  private unsent = 0;
  private worstLagMs = 0;
  private readonly causes = new Map<string, number>();
  private readonly versions = new Map<string, number>();
  lost = 0;

  add(outcome: Outcome): void {
    this.requests += 1;
    const lagMs = (outcome.startedMs ?? outcome.endedMs) - outcome.scheduledMs;
    if (outcome.startedMs === null) this.unsent += 1;
    else if (lagMs <= lateMs) this.onTime += 1;
    this.worstLagMs = Math.max(this.worstLagMs, lagMs);
    if (outcome.version !== null) increment(this.versions, outcome.version);
    if (!isLost(outcome)) return;
    this.lost += 1;
    increment(this.causes, causeOf(outcome));
  }

  private isHeld(): boolean {
    if (this.unsent > 0 || this.worstLagMs > worstAllowedLagMs) return false;
    return this.onTime >= leastOnTimeShare * this.requests;
  }

  summary(scenario: string, load: string, wantedPerSecond: number): Summary {
    return {
      scenario,
      load,
      requests: this.requests,
      lost: this.lost,
      byCause: Object.fromEntries(this.causes),
      byVersion: Object.fromEntries(this.versions),
      pace: {
        held: this.isHeld(),
        wantedPerSecond,
        onTime: this.onTime,
        unsent: this.unsent,
        worstLagMs: Math.round(this.worstLagMs),
      },
    };
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
