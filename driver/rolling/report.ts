/** What a rolling update tells of itself, as lines for people and as JSON for programs. */
import { describeAbsence } from '../core/absence';
import { eventLines } from '../core/event-lines';
import { hintAfterMs, lasting } from '../core/lasting';
import type { NamespacedName } from '../core/namespaced-name';
import { wrappedText } from '../core/wrapped';
import type { Io } from '../io';
import type { Options } from '../options';
import type { Event, EventSink } from './events';
import { hintOf } from './hints';
import { publicEvent } from './public-events';
import { describeDecision } from './words';

type Told = Pick<Options, 'json' | 'progress'>;

export function reporter(io: Io, service: NamespacedName, { json = false, progress }: Told) {
  const { tell, end } = eventLines(io, json, progress);
  const lasts = lasting(io.clock);
  const emit: EventSink = (event) => {
    const [text, topic] = [lineOf(event), topicOf(event)];
    const wait = event.event === 'decided' && event.decision.kind === 'wait' ? event.decision.wait : undefined;
    const isLong = lasts(topic) >= hintAfterMs;
    const hint = wait && isLong ? hintOf(wait, service) : undefined;
    const lines = wait ? [text, ...(hint === undefined ? [] : wrappedText(hint, io.columns - 1))] : [];
    tell({ topic, text, isPictured: wait !== undefined, picture: () => lines, hint, event: publicEvent(event) });
  };
  return { emit, end };
}

/** Of a wait only the words change; everything else is told at once, and once while it is decided again. */
function topicOf(event: Event): string {
  if (event.event !== 'decided') return '';
  const { decision } = event;
  return decision.kind === 'wait' ? decision.wait.for : describeDecision(decision);
}

function lineOf(event: Event): string {
  return event.event === 'decided' ? describeDecision(event.decision) : describeAbsence(event);
}
