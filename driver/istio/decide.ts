/**
 * The one deciding function: from an order, a look and what is remembered to at most one action. Pure: no clock, no I/O.
 * The driver, the printed plan and a resumed run are this same function (docs/decisions/0003-one-deciding-function.md).
 */
import { sameSplit, type Release } from '../../model';
import { begin, isAlreadyTrue } from './begin';
import { answerChange, routeChanged } from './changed';
import { act, done, hold, waitFor, type Decision } from './decision';
import { describeException, mergedExceptions, type Exception } from './exceptions';
import { goalOf, isLastStage } from './goal';
import type { Ended, Memory } from './memory';
import { interrupt } from './interrupts';
import type { Observation } from './observation';
import { reconcile } from './reconcile';
import type { ReleaseRecord } from './record';
import { recordedRelease } from './recorded-release';
import { stageName, stagesOf, type Order, type Stage } from './stages';
import { awaitPropagation, headerVersions } from './rules/route';
import type { InstalledObservation, Situation } from './rules/situation';
import { moveTo } from './transition';

export interface Question {
  readonly release: Release;
  readonly order: Order;
  readonly seen: Observation;
  readonly memory: Memory;
  readonly gateLimitMs: number;
  /** Of a release that begins now: lower-case letters and digits. */
  readonly releaseId: string;
  /** A person has looked at a change that somebody else made, and wants to go on from there. */
  readonly adopt?: boolean;
  /** What the person who started this driver has judged. */
  readonly exceptions?: readonly Exception[];
}

export function decide(question: Question): Decision {
  const { release, seen } = question;
  if (!isInstalled(seen)) return hold({ code: 'not-installed', name: release.name, namespace: release.namespace });
  const { record, unsupported, changedBy } = seen.route;
  if (unsupported !== undefined) return hold({ code: 'route-unsupported', by: changedBy, detail: unsupported });
  if (!record) return withoutRecord(question, seen);
  const foreign = answerChange(question, seen, record);
  if (foreign) return foreign;
  const situation = { ...question, seen, record, goal: goalOf(release, record) };
  const granted = grant(record, question.exceptions);
  return granted ?? interrupt(situation) ?? reconcile(situation) ?? advance(situation);
}

/** An exception is on record before anything rests on it. */
function grant(record: ReleaseRecord, given: readonly Exception[] = []): Decision | undefined {
  const exceptions = mergedExceptions(record.exceptions, given);
  if (exceptions.length === record.exceptions.length) return undefined;
  const proxies = exceptions.slice(record.exceptions.length).map(({ proxy }) => proxy);
  return act({ kind: 'write-record', record: { ...record, exceptions } }, { code: 'left-out', proxies });
}

/** Before the first write of a release, or after the last. */
function withoutRecord(question: Question, seen: InstalledObservation): Decision {
  const { release, order, memory } = question;
  if (memory.record && !memory.ended) return hold({ code: 'record-removed', by: seen.route.changedBy });
  if (memory.ended || order.kind === 'resume' || isAlreadyTrue(release, order, seen)) return settle(question, seen);
  return begin(release, order, seen, { id: question.releaseId, exceptions: question.exceptions });
}

/** This stage's goal was seen to be reached: on to the next one. */
function advance(situation: Situation): Decision {
  const { release, record, seen } = situation;
  if (record.mode === 'apply' || record.mode === 'abort' || isLastStage(release, record)) return finish(situation);
  const stage = record.mode === 'run' ? stagesOf(release)[record.step] : undefined;
  const waiting = stage && stay(stage, situation);
  if (waiting) return waiting;
  const evidence = [...record.evidence, seen.evidence];
  // What is past was as recorded; what is still to come may have been edited, and is what the next driver has to know.
  const plan = record.steps && { steps: stagesOf(release).map(stageName), release: recordedRelease(release) };
  const since = new Date(seen.atMs).toISOString();
  const next = { ...record, ...plan, evidence, step: record.step + 1, since };
  return moveTo(next, situation, { code: 'step-complete', step: record.step });
}

/** What a pause or an analysis still asks for. A failed analysis has already turned the release (see turn). */
function stay(stage: Stage, { record, seen, memory }: Situation): Decision | undefined {
  if (stage.kind === 'pause') {
    if (stage.ms === 'until promoted') return waitFor({ for: 'pause', remainingSeconds: stage.ms });
    const remainingSeconds = Math.ceil((Date.parse(record.since) + stage.ms - seen.atMs) / 1000);
    return remainingSeconds > 0 ? waitFor({ for: 'pause', remainingSeconds }) : undefined;
  }
  if (stage.kind !== 'analyse') return undefined;
  const verdict = memory.verdicts[record.step];
  if (!verdict) return { kind: 'measure', analysis: stage.analysis };
  if (verdict.verdict === 'successful') return undefined;
  return hold({ code: 'no-success', analysis: stage.analysis, verdict: verdict.verdict, detail: verdict.reason });
}

/** The last write makes the route what synth writes: without a record, and with the name that the file gives it. */
function finish({ goal, record, seen }: Situation): Decision {
  const headers = headerVersions({ record, goal, seen });
  const marker = seen.route.base;
  const last = { split: goal.split, headerVersions: headers, probes: [], marker, record: undefined };
  const action = { kind: 'write-route', ...last } as const;
  if (record.mode === 'abort') return act(action, { code: 'back-on-stable', version: record.stable });
  return act(action, { code: 'as-in-file' });
}

/** No release is on record: the route must still be seen at every proxy before anything is called done (S6). */
function settle({ release, memory, gateLimitMs, exceptions: given }: Question, seen: InstalledObservation): Decision {
  if (memory.ended && !isAsWritten(seen, memory.ended)) return hold(routeChanged(seen, memory.ended));
  const waiting = awaitPropagation({ release, seen, gateLimitMs });
  if (waiting) return waiting;
  const owned = owns(seen);
  if (owned) return act({ kind: 'disown', what: owned }, { code: 'owners-return' });
  const { split } = seen.route;
  const { evidence } = seen;
  const exceptions = mergedExceptions(memory.ended?.exceptions, given).filter(({ proxy }) =>
    seen.leftOut.includes(proxy),
  );
  const rest = { split, evidence, ...(exceptions.length > 0 && { without: exceptions.map(describeException) }) };
  // Only a release gives a route probes to be recognised by: somebody else's write of a moment ago would be taken for seen.
  if (evidence === 'probe' && !memory.ended) return hold({ code: 'probes-cannot-tell', split });
  if (memory.ended?.mode !== 'abort') return done({ outcome: 'completed', ...rest, isOwn: memory.ended !== undefined });
  return done({ outcome: 'aborted', ...rest, isOwn: true, cause: memory.ended.cause });
}

function isInstalled(seen: Observation): seen is InstalledObservation {
  return seen.route !== undefined && seen.subsets !== undefined;
}

/** At rest the name tells nothing: the owner's next apply, and a person's edit, have the same. */
function isAsWritten({ route }: InstalledObservation, { marker, split }: Ended): boolean {
  return route.marker === marker && sameSplit(route.split, split);
}

function owns({ route, subsets }: InstalledObservation): 'route' | 'subsets' | undefined {
  return route.isOwned ? 'route' : subsets.isOwned ? 'subsets' : undefined;
}
