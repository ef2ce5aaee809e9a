/** What a rolling update tells of itself, as lines for people and as JSON for programs. */
import { describeAbsence } from '../core/absence';
import { eventLines } from '../core/event-lines';
import type { Io } from '../io';
import type { Options } from '../options';
import type { Event, EventSink } from './events';
import { publicEvent } from './public-events';
import { describeDecision } from './words';

export function reporter(io: Io, { json = false, progress }: Pick<Options, 'json' | 'progress'>): EventSink {
  const tell = eventLines(io, json, progress);
  return (event) => {
    const text = lineOf(event);
    const isPictured = event.event === 'decided' && event.decision.kind === 'wait';
    tell({ topic: topicOf(event), text, isPictured, picture: isPictured ? [text] : [], event: publicEvent(event) });
  };
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
