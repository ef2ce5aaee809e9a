/** What a release tells of itself: each decision once, each write, each verdict, and how it ended. */
import type { Absence } from '../core/absence';
import type { Action } from './action';
import type { Decision } from './decision';
import type { Verdict } from './memory';
import type { Observation } from './observation';

export type Event =
  | { readonly event: 'decided'; readonly decision: Decision; readonly seen: Observation }
  | { readonly event: 'wrote' | 'conflict'; readonly action: Action }
  | Absence
  | ({ readonly event: 'analysed'; readonly analysis: string } & Verdict);

export type EventSink = (event: Event) => void;

/** Observed outcomes only: each comes with what was seen. */
export interface Ending {
  readonly outcome: 'completed' | 'aborted' | 'stopped' | 'held' | 'locked' | 'timed-out';
  readonly because: string;
  /** Of a completed `run`: what release.yaml has to say from now on. */
  readonly releaseFile?: string;
}

export { exitCodes } from '../../model';
