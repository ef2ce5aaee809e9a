/** What turns a release from its course: a request, a failed analysis, a new version that does not live, an edited plan. */
import { weightOf, type Release } from '../../model';
import { availableNow, podsToRise } from './capacity';
import type { Decision } from './decision';
import { isLastStage } from './goal';
import { stagesOf } from './stages';
import { verdictKey } from './memory';
import type { Workload } from './observation';
import { isOpen, type OperatorRequest, type ReleaseRecord, type TurnReason, type Verb } from './record';
import type { Situation } from './rules/situation';
import { moveTo } from './transition';
import { otherSteps } from './rules/steps';

export function interrupt(situation: Situation): Decision | undefined {
  return obeyRequest(situation) ?? abortFailure(situation) ?? otherSteps(situation);
}

/** A request is carried out once: the record keeps the id of the last one, so a resumed driver does not repeat it. */
function obeyRequest(situation: Situation): Decision | undefined {
  const { release, record, seen } = situation;
  const { request } = seen.route;
  // What is granted was put on record before (granted.ts).
  if (!isOpen(request, record) || request.verb === 'grant') return undefined;
  const { verb, by } = request;
  const since = new Date(seen.atMs).toISOString();
  const next = obeyed({ verb, by }, { ...record, handled: request.id }, since, release);
  return moveTo(next, situation, causeOf({ verb, by }));
}

type Asked = Pick<OperatorRequest, 'by'> & { readonly verb: Verb };

function obeyed(request: Asked, record: ReleaseRecord, since: string, release: Release): ReleaseRecord {
  switch (request.verb) {
    case 'promote':
      return isPaused(release, record) ? passed(record, since, release) : record;
    case 'promote-full':
      // To go back to an earlier step would add the version again that is being removed.
      if (isLastStage(release, record)) return passed(record, since, release);
      return record.mode === 'run' ? { ...record, mode: 'promote', step: 0, since } : record;
    case 'abort':
      // An apply has no version to go back to: its stable one is what the file gives most, and may not even be there.
      if (record.mode === 'apply') return record;
      return { ...record, mode: 'abort', since, cause: causeOf(request) };
  }
}

/** Where it goes on by a promotion: a pause of the file, or the end that leaves the removal to others. */
export function isPaused(release: Release, record: ReleaseRecord): boolean {
  if (isLastStage(release, record)) return record.until !== undefined;
  return record.mode === 'run' && stagesOf(release)[record.step]?.kind === 'pause';
}

function passed(record: ReleaseRecord, since: string, release: Release): ReleaseRecord {
  if (isLastStage(release, record)) return { ...record, until: undefined };
  return { ...record, step: record.step + 1, since };
}

function causeOf({ verb, by }: Asked): Extract<TurnReason, { readonly code: 'operator-asked' }> {
  return { code: 'operator-asked', verb, ...(by !== undefined && { by }) };
}

/** Only a release that moves by steps has a version to go back to; an apply has what the file says, and waits. */
function abortFailure(situation: Situation): Decision | undefined {
  const { record, seen } = situation;
  if (record.mode !== 'run' && record.mode !== 'promote') return undefined;
  const cause = failedAnalysis(situation) ?? deadCanary(situation) ?? neverReady(situation);
  if (cause === undefined) return undefined;
  const since = new Date(seen.atMs).toISOString();
  return moveTo({ ...record, mode: 'abort', since, cause }, situation, cause);
}

function failedAnalysis({ record, memory }: Situation): TurnReason | undefined {
  const verdict = memory.verdicts[verdictKey(record)];
  return verdict?.verdict === 'failed' ? { code: 'analysis-failed', detail: verdict.reason } : undefined;
}

/** Invariant S8: it carries traffic and has no pod left. Not while its status is older than its spec (S9). */
function deadCanary({ record, seen }: Situation): TurnReason | undefined {
  const { canary, stable } = record;
  const workload = seen.workloads[canary];
  const isDead = workload !== undefined && workload.isCurrent && workload.available === 0;
  const canReturn = (seen.workloads[stable]?.available ?? 0) > 0;
  if (!isDead || !canReturn || weightOf(seen.route.split, canary) === 0) return undefined;
  return { code: 'no-available-pod', version: canary };
}

function neverReady(situation: Situation): TurnReason | undefined {
  const { record, seen, memory, release } = situation;
  if (memory.waiting?.for !== 'pods') return undefined;
  const { progressDeadlineSeconds: seconds } = release.timings;
  if (seen.atMs - memory.waiting.sinceMs < seconds * 1000) return undefined;
  const canary = seen.workloads[record.canary];
  if (canary && (hasAllAsked(canary) || isEnough(canary, situation))) return undefined;
  const { trouble } = canary ?? {};
  return { code: 'not-ready', version: record.canary, seconds, ...(trouble && { trouble }) };
}

/** Those that are waited for are of another version, such as a stable one that comes back from no pods. */
function isEnough(canary: Workload, situation: Situation): boolean {
  const { record, goal } = situation;
  return availableNow(canary) >= podsToRise(record.canary, goal.split, situation);
}

/** All that it was asked for is there. That somebody has to ask for more pods of it is no fault of it. */
function hasAllAsked({ autoscaler, isCurrent, available, desired }: Workload): boolean {
  return !autoscaler && isCurrent && available >= desired;
}
