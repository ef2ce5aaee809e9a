/** What a rule looks at, and what a rule is: a decision, or nothing to say. */
import type { Release } from '../../../model';
import type { Decision } from '../decision';
import type { Goal } from '../goal';
import type { Memory } from '../memory';
import type { ObservedRoute, ObservedSubsets, Observation } from '../observation';
import type { ReleaseRecord } from '../record';

export interface Situation {
  readonly release: Release;
  readonly record: ReleaseRecord;
  readonly seen: InstalledObservation;
  readonly memory: Memory;
  readonly goal: Goal;
  readonly hasWritten?: boolean;
  /** How long proxies may take before the driver stops and says which one is behind. */
  readonly gateLimitMs: number;
}

/** A look that found the VirtualService and the DestinationRule. */
export type InstalledObservation = Observation & { readonly route: ObservedRoute; readonly subsets: ObservedSubsets };

export type Rule = (situation: Situation) => Decision | undefined;

export function sorted(versions: readonly string[]): string[] {
  return [...new Set(versions)].sort((a, b) => a.localeCompare(b, 'en'));
}
