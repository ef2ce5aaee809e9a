/** What a rolling update tells of itself: each decision, and when the API server was away. */
import type { Absence } from '../core/absence';
import type { Decision } from './decision';
import type { Observation } from './observation';

export type Event = { readonly event: 'decided'; readonly decision: Decision; readonly seen: Observation } | Absence;

export type EventSink = (event: Event) => void;
