/** What a release tells of itself while it runs: the decision of each look, each write, each verdict. */
import type { Absence } from '../core/absence';
import type { Action } from './action';
import type { MeasuredVerdict } from './analysis/judge';
import type { Decision } from './decision';
import type { Observation } from './observation';
import type { Counted } from './tally';

export type Event =
  | { readonly event: 'decided'; readonly decision: Decision; readonly seen: Observation }
  | { readonly event: 'wrote' | 'conflict'; readonly action: Action }
  /** The copy of a release under way, or its end, could not be written into the state. */
  | { readonly event: 'unkept'; readonly because: string }
  /** Somebody has changed the template of an adopted Deployment that handover has paused: it rolls when the release has ended. */
  | { readonly event: 'template-waits'; readonly version: string; readonly deployment: string }
  /** No more Kubernetes Events are written about the release. */
  | { readonly event: 'unannounced'; readonly because: string }
  /** Requests and errors per version, as the gateways count them. */
  | ({ readonly event: 'counted' } & Counted)
  | Absence
  | ({ readonly event: 'analysed'; readonly analysis: string } & Partial<MeasuredVerdict> &
      Pick<MeasuredVerdict, 'verdict' | 'reason'>);

export type EventSink = (event: Event) => void;
