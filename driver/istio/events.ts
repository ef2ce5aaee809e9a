/** What a release tells of itself: each decision once, each write, each verdict. */
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

export { exitCodes } from '../../model';
