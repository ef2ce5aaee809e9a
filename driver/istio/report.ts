/** What a release tells of itself, as lines for people and as JSON for programs. */
import { weightOf, type Release } from '../../model';
import { describeAbsence } from '../core/absence';
import { eventLines } from '../core/event-lines';
import type { Io } from '../io';
import type { Event, EventSink } from './events';
import { isSeen, type Observation } from './observation';
import type { ReleaseRecord } from './record';
import { publicEvent } from './public-events';
import { stageName, stagesOf } from './stages';
import { assumptionWarning, describeAction, describeDecision, restsOnProxies } from './words';

type Decided = Extract<Event, { event: 'decided' }>;

export function reporter(io: Io, release: Release, json: boolean): EventSink {
  const tell = eventLines(io, json);
  return (event) => tell({ topic: topicOf(event), text: lineOf(event, release), event: publicEvent(event, release) });
}

function topicOf(event: Event): string {
  if (event.event !== 'decided') return '';
  // A measurement looks many times; a line for each look would bury the rest.
  if (event.decision.kind === 'measure') return 'analysis';
  return event.decision.kind === 'wait' ? event.decision.wait.for : '';
}

function lineOf(event: Event, release: Release): string | undefined {
  switch (event.event) {
    case 'wrote':
      return undefined;
    case 'conflict':
      return `somebody else changed the object; looking again before this write: ${describeAction(event.action)}`;
    case 'analysed':
      return `analysis ${event.analysis}: ${event.verdict}, ${event.reason}`;
    case 'away':
    case 'back':
      return describeAbsence(event);
    case 'decided': {
      const { decision, seen } = event;
      const phase = phaseOf(seen, release);
      if (decision.kind === 'act')
        return `${phase}${describeAction(decision.action)} (${describeDecision(decision)})${evidence(event)}`;
      return `${phase}${describeDecision(decision)}`;
    }
  }
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
  return `[${stepOf(record, release)}; ${versions.join(', ')}] `;
}

/** As people count: the steps of the file, from 1. */
export function stepOf({ mode, step, stable, canary }: ReleaseRecord, release: Release): string {
  if (mode !== 'run') return mode;
  const stages = stagesOf(release);
  const stage = stages[step];
  if (!stage) return `remove ${stable}`;
  return step === 0 ? `add ${canary}` : `step ${step} of ${stages.length - 1}: ${stageName(stage)}`;
}
