/**
 * The one deciding function: from an order, a look and what is remembered to at most one action. Pure: no clock, no I/O.
 * The driver, the printed plan and a resumed run are this same function (docs/decisions/0003-one-deciding-function.md).
 */
import { adoptedVersion, fieldManager } from '../../model';
import { begin, isAlreadyTrue } from './begin';
import { answerChange, routeChanged } from './changed';
import { act, done, hold, waitFor, type Decision, type DoneReason } from './decision';
import { lossesOf } from './accepted-loss';
import { mergedExceptions } from './exceptions';
import { goalOf, isLastStage } from './goal';
import { grant } from './granted';
import { abortedBefore, endedOf, isAsWritten, isFor as isForEnded, type Aborted } from './ended';
import { verdictKey, type Ended } from './memory';
import { interrupt } from './interrupts';
import { describeLeftOut } from './left-out';
import type { Observation } from './observation';
import { putBack, withNextMarker } from './put-back';
import type { Question } from './question';
import { reconcile } from './reconcile';
import { recordedRelease } from './recorded-release';
import { stageName, stagesOf, type Stage } from './stages';
import { isFor, isNewer, recordSchema, type ReleaseRecord } from './record';
import { awaitOldClusters } from './rules/add';
import { countedAt, isLeftToOthers, leaving } from './rules/remove';
import { awaitPropagation, headerVersions } from './rules/route';
import type { InstalledObservation, Situation } from './rules/situation';
import { moveTo } from './transition';

export type { Question };

export function decide(question: Question): Decision {
  const { release, seen } = question;
  if (!isInstalled(seen)) return withoutObjects(question);
  const { record, unsupported, changedBy } = seen.route;
  if (unsupported !== undefined) return hold({ code: 'route-unsupported', by: changedBy, detail: unsupported });
  if (!record) return withoutRecord(question, seen);
  if (isNotUnderstood(seen, record))
    return hold({ code: 'newer-record', schema: record.schema ?? recordSchema, known: recordSchema });
  const before =
    answerChange(question, seen, record) ??
    grant(record, seen.route, question.exceptions) ??
    endElsewhere(record, question);
  if (before) return before;
  const situation = { ...question, seen, record, goal: goalOf(release, record) };
  return interrupt(situation) ?? reconcile(situation) ?? advance(situation);
}

function withoutObjects(question: Question): Decision {
  const { name, namespace } = question.release;
  return putBack(question) ?? createRule(question) ?? hold({ code: 'not-installed', name, namespace });
}

/** A service that is taken over may have none. It moves nothing until a route names its subset; its policy was accepted (--adopt). */
function createRule({ release, order, seen, gateLimitMs }: Question): Decision | undefined {
  const { route, subsets } = seen;
  const version = adoptedVersion(release);
  const isTakenOver = version !== undefined && route?.whole?.change && !route.record && order.kind !== 'resume';
  if (!isTakenOver || subsets) return undefined;
  const action = { kind: 'write-subsets', versions: [version], creates: true } as const;
  const waiting = awaitOldClusters([version], seen, gateLimitMs);
  return waiting ?? act(action, { code: 'no-subset', versions: [version] });
}

/** Whoever runs it now says where it ends; whoever only steers it leaves that as it is. */
function endElsewhere(record: ReleaseRecord, { order, hasWritten }: Question): Decision | undefined {
  const isSteps = record.mode === 'run' || record.mode === 'promote';
  if (order.kind !== 'run' || !isSteps || hasWritten || order.until === record.until) return undefined;
  const { until } = order;
  return act({ kind: 'write-record', record: { ...record, until } }, { code: 'ends-at', until: until ?? 'removed' });
}

/** Before the first write of a release, or after the last. */
function withoutRecord(question: Question, seen: InstalledObservation): Decision {
  const { release, order, memory } = question;
  const ended = endedOf(question, seen);
  if (ended && (memory.ended || isItsEnd(question, seen, ended))) return settle(question, seen, ended);
  const unseen = ended && awaitPropagation({ ...question, seen });
  if (unseen) return unseen;
  if (memory.record) return hold({ code: 'record-removed', by: removedBy(seen), ...pausedBy(seen) });
  const aborted = abortUnderWay(question, seen);
  if (aborted) return aborted;
  const before = abortedBefore(question, seen);
  if (before) return settle(question, seen, before);
  if (order.kind === 'resume' || isAlreadyTrue(release, order, seen)) return settle(question, seen);
  return begin(question, order, seen);
}

/** Nobody is named who takes a field away: the last writer may be this driver, which does not do that. */
function removedBy({ route: { changedBy } }: InstalledObservation): string {
  return changedBy === fieldManager ? 'somebody' : changedBy;
}

/** No record says any more that it is to be resumed; the next release of the service does that. */
function pausedBy({ workloads }: InstalledObservation): { readonly deployment?: string } {
  const { rollout } = Object.values(workloads).find((workload) => workload.rollout?.paused === 'by handover') ?? {};
  return rollout ? { deployment: rollout.deployment } : {};
}

/** The file may have been edited since an apply made its last write: then that one's end is not what is asked for now. */
function isItsEnd({ release, order }: Question, seen: InstalledObservation, ended: Ended): boolean {
  return isForEnded(order, ended) && (order.kind !== 'apply' || isAlreadyTrue(release, order, seen));
}

/** An abort is an answer that the same command must not ask for again: its record is put back, and moves nothing. */
function abortUnderWay({ order }: Question, seen: InstalledObservation): Decision | undefined {
  const { record, ending } = seen.state?.current ?? {};
  const isMeant = order.kind === 'resume' || (order.kind === 'run' && order.canary === record?.canary);
  if (record?.mode !== 'abort' || ending || !isMeant) return undefined;
  const { split, headerVersions, probes } = seen.route;
  const next = withNextMarker(record);
  const action = { kind: 'write-route', split, headerVersions, probes, marker: next.marker, record: next } as const;
  return act(action, { code: 'abort-outlives' });
}

/** Whoever does not know all that a record says can still take the traffic back. */
function isNotUnderstood({ route: { request } }: InstalledObservation, record: ReleaseRecord): boolean {
  const isAborting = record.mode === 'abort' || (request?.verb === 'abort' && isFor(request, record));
  return isNewer(record) && !isAborting;
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
function stay(stage: Stage, { record, memory }: Situation): Decision | undefined {
  if (stage.kind === 'pause') {
    if (stage.ms === 'until promoted') return waitFor({ for: 'pause', remainingSeconds: stage.ms });
    const remainingSeconds = Math.ceil((stage.ms - (memory.watched?.ms ?? 0)) / 1000);
    return remainingSeconds > 0 ? waitFor({ for: 'pause', remainingSeconds }) : undefined;
  }
  if (stage.kind !== 'analyse') return undefined;
  const verdict = memory.verdicts[verdictKey(record)];
  if (!verdict) return { kind: 'measure', analysis: stage.analysis };
  if (verdict.verdict === 'successful') return undefined;
  return hold({ code: 'no-success', analysis: stage.analysis, verdict: verdict.verdict, detail: verdict.reason });
}

/** The last write makes the route what synth writes: without a record, and with the name that the file gives it. */
function finish(situation: Situation): Decision {
  const { goal, record, seen } = situation;
  const left = leaving(situation).filter((version) => isLeftToOthers(version, situation));
  if (left.length > 0) return drained(situation, left);
  const headers = headerVersions({ record, goal, seen });
  const marker = seen.route.base;
  const last = { split: goal.split, headerVersions: headers, probes: [], marker, record: undefined };
  const action = { kind: 'write-route', ...last } as const;
  if (record.mode === 'abort') return act(action, { code: 'back-on-stable', version: record.stable });
  return act(action, { code: 'as-in-file' });
}

/** The release stays on record: an abort is still possible, and the same command ends it once these versions are gone. */
function drained(situation: Situation, left: readonly string[]): Decision {
  const { seen, record, hasWritten: isOwn = false } = situation;
  const without = describeLeftOut(seen, record.exceptions ?? []);
  const found = { split: seen.route.split, evidence: seen.evidence, isOwn };
  return done({
    outcome: 'drained',
    left,
    ...countedAt(situation),
    ...found,
    ...(without.length > 0 && { without }),
  });
}

/** No release is on record: the route must still be seen at every proxy before anything is called done (S6). */
function settle(
  { release, memory, gateLimitMs, exceptions }: Question,
  seen: InstalledObservation,
  ended?: Ended | Aborted,
): Decision {
  if (ended && !isAsWritten(seen, ended)) return hold(routeChanged(seen, ended));
  const waiting = awaitPropagation({ release, seen, gateLimitMs });
  if (waiting) return waiting;
  const owned = owns(seen);
  if (owned) return act({ kind: 'disown', what: owned }, { code: 'owners-return' });
  const { split } = seen.route;
  const { evidence } = seen;
  // Only a release gives a route probes to be recognised by: somebody else's write of a moment ago would be taken for seen.
  if (evidence === 'probe' && !ended) return hold({ code: 'probes-cannot-tell', split });
  const without = describeLeftOut(seen, mergedExceptions(memory.record?.exceptions, exceptions));
  const granted = { ...(without.length > 0 && { without }), ...lossesAt(ended) };
  const found = { split, evidence, isOwn: memory.ended !== undefined, ...granted };
  if (ended?.mode !== 'abort') return done({ outcome: 'completed', ...found });
  return done({ outcome: 'aborted', ...found, cause: ended.cause });
}

function lossesAt(ended: Ended | Aborted | undefined): Pick<DoneReason, 'losses'> {
  const losses = ended && 'accepted' in ended ? lossesOf(ended) : [];
  return losses.length > 0 ? { losses } : {};
}

function isInstalled(seen: Observation): seen is InstalledObservation {
  return seen.route !== undefined && seen.subsets !== undefined;
}

function owns({ route, subsets }: InstalledObservation): 'route' | 'subsets' | undefined {
  return route.isOwned ? 'route' : subsets.isOwned ? 'subsets' : undefined;
}
