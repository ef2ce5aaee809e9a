/** The state of a release, as the API server keeps it: notes, and copies of the two objects. */
import type { Outcome } from '../../core/outcome';
import type { Note } from '../notes';
import {
  noState,
  type Observation,
  type ObservedRoute,
  type ObservedState,
  type ObservedSubsets,
} from '../observation';

export interface Live {
  readonly route: ObservedRoute | undefined;
  readonly subsets: ObservedSubsets | undefined;
}

export class KeptState {
  private state: ObservedState = noState;

  read(): ObservedState {
    return this.state;
  }

  /** A conflict: it, or one of the two objects, is not as it was seen. */
  keep(note: Note, seen: Observation, live: Live, revision: number): Outcome {
    const { current, history, copies } = note;
    if ((seen.state ?? noState).resourceVersion !== this.state.resourceVersion) return 'conflict';
    if (!isAsSeen(seen, live)) return 'conflict';
    const { route, subsets } = live;
    const of = { route: route?.resourceVersion, subsets: subsets?.resourceVersion };
    this.state = {
      resourceVersion: String(revision),
      history,
      ...(current && { current: { ...current, of } }),
      // Of routes that name no subset yet nobody knows which marker a proxy would show.
      kept: current && copies !== 'none' && route && subsets ? { ...(!route.whole && { route }), subsets } : {},
    };
    return 'written';
  }

  /** Somebody deletes it. */
  clear(): void {
    this.state = noState;
  }
}

function isAsSeen(seen: Observation, live: Live): boolean {
  return (['route', 'subsets'] as const).every(
    (what) => live[what] !== undefined && live[what].resourceVersion === seen[what]?.resourceVersion,
  );
}
