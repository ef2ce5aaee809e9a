/**
 * Somebody else's change of the two edited objects in mid-release. A person looks at it, and it is never overwritten (S5). There
 * is one exception: a subset that the live route names is put back at once, as its requests are lost until then.
 */
import { fieldManager } from '../../model';
import type { Action } from './action';
import { act, hold, type Decision, type HoldReason } from './decision';
import { changeOf, type Change } from './digests';
import { goalOf } from './goal';
import { routeNames } from './observation';
import type { Question } from './question';
import { isOpen, type ReleaseRecord } from './record';
import { choiceAnew } from './rules/choice';
import { markerOf, probedVersions } from './rules/route';
import { sorted, type InstalledObservation } from './rules/situation';

/** Undefined when everything is as it was written, or when what is not stands in nobody's way. */
export function answerChange(
  question: Question,
  seen: InstalledObservation,
  record: ReleaseRecord,
): Decision | undefined {
  const lost = lostSubsets(seen);
  if (lost.length > 0) return restore(seen, lost);
  const change = changeOf(seen, record);
  if (!change) return isBackAgain(seen, record) ? markAnew(question, seen, record) : undefined;
  if (isAbortUnheld(change, seen, record)) return undefined;
  const isKnown = question.adopt || wasSeenByAbort(seen, record);
  return isKnown ? adopt(question, seen, record, change) : hold(reasonOf(change, seen, record));
}

/**
 * Subsets of versions that have pods, which the live route names and the DestinationRule has no more. A route for probes comes
 * before its subset, and nobody's request goes by it.
 */
function lostSubsets({ route, subsets, workloads }: InstalledObservation): string[] {
  if (route.whole) return [];
  const live = Object.keys(workloads).filter((version) => !workloads[version]?.isGone);
  const isNamed = (version: string) => routeNames({ ...route, probes: [] }, version);
  return live.filter((version) => isNamed(version) && !subsets.versions.includes(version));
}

function restore({ subsets, workloads }: InstalledObservation, lost: readonly string[]): Decision {
  const versions = sorted([...subsets.versions, ...lost]);
  const reason = { code: 'subset-lost', versions: lost, by: subsets.changedBy } as const;
  const choose = choiceAnew(lost, workloads);
  return act({ kind: 'write-subsets', versions, restores: true, ...(choose && { choose }) }, reason);
}

/**
 * The way back needs one subset, and the gate looks for it at every proxy. Nor is it held up by a webhook that changes each
 * write: nobody else has written, and the split is as sent.
 */
function isAbortUnheld({ of, by }: Change, seen: InstalledObservation, record: ReleaseRecord): boolean {
  // Also of one that is asked for: an agent takes route and subsets back together, and the first is adopted before it is obeyed.
  if (of === 'subsets') return record.mode === 'abort' || isAbortAsked(seen, record);
  // Whoever leaves a request writes last, too: a route of another name was edited before that.
  return record.mode === 'abort' && by === fieldManager && seen.route.marker === record.marker;
}

function isAbortAsked({ route: { request } }: InstalledObservation, record: ReleaseRecord): boolean {
  return request?.verb === 'abort' && isOpen(request, record);
}

/** Whoever asked for the abort had this very route before him. His edit stays; only the weights go back. */
function wasSeenByAbort(seen: InstalledObservation, record: ReleaseRecord): boolean {
  const { request, digest } = seen.route;
  return isAbortAsked(seen, record) && request?.digest === digest;
}

/** Moves nothing: the object as somebody else left it gets a mark of ours, by which a later change is known. */
function adopt(question: Question, seen: InstalledObservation, record: ReleaseRecord, { of, by }: Change): Decision {
  const { route, subsets } = seen;
  if (of === 'subsets') return act({ kind: 'write-subsets', versions: subsets.versions }, { code: 'adopted', by });
  const accepted = [...(record.accepted ?? []), { code: 'adopted', by, split: route.split }];
  return act(marked(question, seen, { ...record, accepted }), { code: 'adopted', by });
}

/** Its digest tells nothing of what it was in between: somebody may have sent traffic to a version that leaves. */
function isBackAgain({ route }: InstalledObservation, { generation }: ReleaseRecord): boolean {
  return route.generation !== generation;
}

/** Not held, as nothing differs. A proxy may have had what was between, or get it yet: by the new name it is known when it is over. */
function markAnew(question: Question, seen: InstalledObservation, record: ReleaseRecord): Decision {
  return act(marked(question, seen, record), { code: 'changed-and-back', by: seen.route.changedBy });
}

/** Nobody knows what the route named before: the time that a request may be held begins anew. */
function marked({ release }: Question, seen: InstalledObservation, record: ReleaseRecord): Action {
  const { split, headerVersions } = seen.route;
  const probes = probedVersions(seen, goalOf(release, record));
  const serial = record.serial + 1;
  const marker = markerOf(seen.route, { ...record, serial });
  const next = { ...record, serial, marker, unrouted: undefined };
  return { kind: 'write-route', split, headerVersions, probes, marker, record: next };
}

function reasonOf({ of, by }: Change, seen: InstalledObservation, record: ReleaseRecord): HoldReason {
  const { route, subsets } = seen;
  if (of === 'subsets' && subsets.written?.isRestored) return { code: 'subsets-changed', by: 'somebody' };
  const isRenamed = of === 'route' && route.marker !== record.marker;
  if (by === fieldManager && !isRenamed) return { code: 'changed-on-its-way', of };
  return of === 'route' ? routeChanged(seen, record) : { code: 'subsets-changed', by };
}

export function routeChanged({ route }: InstalledObservation, { marker }: Pick<ReleaseRecord, 'marker'>): HoldReason {
  return { code: 'changed-by-other', expected: marker, found: route.marker, by: route.changedBy };
}
