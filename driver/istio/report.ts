/** What a release tells of itself, as lines for people and as JSON for programs. */
import { weightOf, type Release } from '../../model';
import { describeAbsence } from '../core/absence';
import { eventLines } from '../core/event-lines';
import type { KeyAct } from '../core/keyboard';
import { hintAfterMs, lasting } from '../core/lasting';
import type { Picture } from '../core/live-view';
import type { Io } from '../io';
import type { Options } from '../options';
import type { Event, EventSink } from './events';
import { isSeen, type Observation } from './observation';
import { pictureOf } from './picture';
import { publicEvent } from './public-events';
import type { ReleaseRecord } from './record';
import { soFar, type SoFar } from './tally';
import { assumptionWarning, describeAction, describeDecision, describeStep, restsOnProxies } from './words';
import { hintOf } from './words/hints';

type Decided = Extract<Event, { event: 'decided' }>;

export interface Reporter {
  readonly emit: EventSink;
  /** Nothing is told any more: the terminal is as it was before. */
  readonly end: () => void;
}

export function reporter(io: Io, release: Release, { json = false, progress }: Told, keysOf: KeysOf): Reporter {
  const { tell, end } = eventLines(io, json, progress);
  const isRepeated = writesAgain();
  const draw = drawing(io, release);
  const lasts = lasting(io.clock);
  const emit: EventSink = (event) => {
    // An analysis that comes to its end in between is no end of a wait.
    const waitedMs = event.event === 'decided' ? lasts(topicOf(event)) : 0;
    const text = isRepeated(event) ? undefined : lineOf(event, release);
    const isPictured = event.event === 'decided' && event.decision.kind !== 'act';
    const keys = event.event === 'decided' ? keysOf(event.seen.route?.record) : undefined;
    const isAside = event.event === 'counted';
    const line = { topic: topicOf(event), text, isPictured, isAside, ...briefOf(event, text), keys };
    const picture = draw(event, waitedMs);
    tell({ ...line, picture, hint: hintIn(event, waitedMs, release), event: publicEvent(event, release) });
  };
  return { emit, end };
}

/** What a person may do by a key while the record is so. */
export type KeysOf = (record: ReleaseRecord | undefined) => readonly KeyAct[];

type Told = Pick<Options, 'json' | 'progress'>;

/** The picture has where the release stands; of a write remains what is written. */
function briefOf(event: Event, text: string | undefined): { readonly brief?: string } {
  if (text === undefined || event.event !== 'decided' || event.decision.kind !== 'act') return {};
  return { brief: describeAction(event.decision.action) };
}

function hintIn(event: Event, waitedMs: number, release: Release): string | undefined {
  if (event.event !== 'decided' || event.decision.kind !== 'wait' || waitedMs < hintAfterMs) return undefined;
  return hintOf(event.decision.wait, release);
}

/** Undefined for events without a look. */
function drawing(io: Io, release: Release): (event: Event, waitedMs: number) => Picture | undefined {
  const beganMs = io.clock.nowMs();
  let counted: SoFar | undefined;
  return (event, waitedMs) => {
    if (event.event === 'counted') counted = soFar(counted, event);
    if (event.event !== 'decided') return undefined;
    const moment = { ...event, counted, elapsedMs: io.clock.nowMs() - beganMs, waitedMs };
    return (isDetailed) => pictureOf(release, moment, io.columns, isDetailed);
  };
}

/** What is decided, or refused, again on each look is one topic; everything else happens once. */
function topicOf(event: Event): string {
  if (event.event === 'unkept') return event.event;
  if (event.event === 'conflict') return describeAction(event.action);
  if (event.event !== 'decided') return '';
  if (event.decision.kind === 'measure') return 'measure';
  return event.decision.kind === 'wait' ? event.decision.wait.for : '';
}

/**
 * True of a decision to make the very write that has just met a conflict: the conflict has announced it. Somebody who
 * changes the object again and again would otherwise fill the terminal with two lines for each look.
 */
function writesAgain(): (event: Event) => boolean {
  let announced = '';
  return (event) => {
    const isRepeated = isDecisionTo(announced, event);
    if (event.event === 'conflict') announced = describeAction(event.action);
    else if (!isRepeated) announced = '';
    return isRepeated;
  };
}

function isDecisionTo(write: string, event: Event): boolean {
  return event.event === 'decided' && event.decision.kind === 'act' && describeAction(event.decision.action) === write;
}

function lineOf(event: Event, release: Release): string | undefined {
  switch (event.event) {
    case 'wrote':
    case 'counted':
      return undefined;
    case 'conflict':
      return `somebody else changed the object; looking again before this write: ${describeAction(event.action)}`;
    case 'analysed':
      return `analysis ${event.analysis}: ${event.verdict}, ${event.reason}`;
    case 'unkept':
      return `warning: what outlives the release could not be written: ${event.because}`;
    case 'template-waits':
      return `somebody has changed the template of the Deployment ${event.deployment}: it is paused, and rolls when the release has ended`;
    case 'unannounced':
      return `warning: no Kubernetes Events are written about the release: ${event.because}`;
    case 'away':
    case 'back':
    case 'refused':
      return describeAbsence(event);
    case 'decided':
      return decidedLine(event, release);
  }
}

function decidedLine(event: Decided, release: Release): string {
  const { decision, seen } = event;
  const phase = phaseOf(seen, release);
  if (decision.kind !== 'act') return `${phase}${describeDecision(decision)}`;
  return `${phase}${describeAction(decision.action)} (${describeDecision(decision)})${evidence(event)}`;
}

/** These writes rest on what is known of the proxies: say by what, and of how many. */
function evidence({ decision, seen }: Decided): string {
  if (!restsOnProxies(decision)) return '';
  if (seen.evidence === 'assumed') return `; WARNING: ${assumptionWarning}`;
  const how = seen.evidence === 'probe' ? 'probed' : 'seen';
  return `; ${how} at ${seen.proxies.filter(isSeen).length} of ${seen.proxies.length} proxies`;
}

/** Where the release stands: the step of the file, and each version with its weight and its pods. */
function phaseOf({ route, workloads }: Observation, release: Release): string {
  const record = route?.record;
  if (!record) return '';
  const versions = Object.entries(workloads).map(
    ([version, { available, desired }]) => `${version} ${weightOf(route.split, version)} % ${available}/${desired}`,
  );
  return `[${describeStep(record, release)}; ${versions.join(', ')}] `;
}
