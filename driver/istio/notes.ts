/**
 * What is written into the state beside a decision. Before the first and the last write of a release, and before its end is told, it
 * is a condition: how a release is ending must outlive the driver. In between it is a copy, which is made while the driver waits
 * and tried again: that it cannot be written must not hold up an abort.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Action } from './action';
import type { Decision, DoneReason } from './decision';
import { endedInState, isAsWritten } from './ended';
import type { Ended, Memory } from './memory';
import { noState, routeNames, type Observation, type ObservedState } from './observation';
import type { Question } from './question';
import type { ReleaseRecord } from './record';
import { pastOf, withPast, withShare, type CurrentRelease, type PastRelease, type Share, type State } from './state';

export interface Note extends State {
  /** begin: the two live objects are copied as they are before the release, too. none: there is nothing to put back any more. */
  readonly copies: 'begin' | 'live' | 'none';
  /** What the note belongs to is not done without it. */
  readonly isNeeded: boolean;
}

export function noteOf(question: Question, decision: Decision): Note | undefined {
  switch (decision.kind) {
    case 'done':
      return decision.because.outcome === 'drained' ? copyOf(question) : noteOfEnd(question, decision.because);
    case 'act':
      return decision.because.some(({ code }) => code === 'chosen-by-service')
        ? copyBeforeWidening(question)
        : noteBefore(question, decision.action);
    case 'hold':
      return undefined;
    case 'wait':
    case 'measure':
      return copyOf(question);
  }
}

function noteBefore({ seen }: Question, action: Action): Note | undefined {
  if (action.kind !== 'write-route') return undefined;
  const state = stateIn(seen);
  const before = seen.route?.record;
  if (action.record && !before && action.record.id !== state.current?.record.id) return begins(seen, action.record);
  if (action.record || !before) return undefined;
  const { marker, split } = action;
  const current = { ...currentOf(state, before), ending: { marker, split } };
  return { current, history: state.history, copies: 'live', isNeeded: true };
}

/**
 * From here on the subset of an adopted version chooses the pods of another one, too. A route that is put back by an older copy may still
 * name it, after somebody has deleted the VirtualService: its requests would meet both.
 */
function copyBeforeWidening(question: Question): Note | undefined {
  const copy = copyOf(question);
  return copy && { ...copy, isNeeded: true };
}

function begins(seen: Observation, record: ReleaseRecord): Note {
  const state = stateIn(seen);
  const current = { record, of: {}, restored: [], shares: sharesIn(seen, undefined) };
  return { current, history: closed(seen, state), copies: 'begin', isNeeded: true };
}

/** What was left by a release that nobody saw the end of. */
function closed(seen: Observation, { current, history }: ObservedState): readonly PastRelease[] {
  if (!current) return history;
  const ended = endedInState(seen);
  const isSeen = ended && seen.route && isAsWritten({ ...seen, route: seen.route }, ended);
  return withPast(history, pastOf(current.record, isSeen ? outcomeOf(ended) : 'superseded', seen.atMs, current.shares));
}

/** It is not on record any more. */
type Over = Exclude<DoneReason, { readonly outcome: 'drained' }>;

function outcomeOf({ mode }: Ended): 'completed' | 'aborted' {
  return mode === 'abort' ? 'aborted' : 'completed';
}

function noteOfEnd({ seen, memory }: Question, { outcome }: Over): Note | undefined {
  const state = stateIn(seen);
  const { ended } = memory;
  if (!ended && !state.current) return undefined;
  const shares = ended && sharesIn(seen, currentOf(state, ended).shares);
  const history = ended ? withPast(state.history, pastOf(ended, outcome, seen.atMs, shares)) : closed(seen, state);
  return { history, copies: 'none', isNeeded: true };
}

function copyOf({ seen, memory }: Question): Note | undefined {
  const state = stateIn(seen);
  const record = seen.route?.record ?? state.current?.record;
  if (!record || !isGood(seen)) return undefined;
  const known = currentOf(state, record);
  const current: CurrentRelease = {
    ...known,
    ...laterWatched(known, memory),
    shares: sharesIn(seen, known.shares),
    restored: [...new Set([...known.restored, ...(memory.restored ?? [])])],
    // A last write that was not made after all.
    ...(seen.route?.record && { ending: undefined }),
  };
  if (isCopied(seen, state) && isSame(current, state.current)) return undefined;
  return { current, history: state.history, copies: 'live', isNeeded: false };
}

function sharesIn({ route, atMs }: Observation, known: CurrentRelease['shares']): Share[] {
  return route ? withShare(known, route.split, atMs) : [...(known ?? [])];
}

/** The time that a step has been watched is written down in these portions. */
const portionMs = 30_000;

function laterWatched(
  { record, watched: known }: CurrentRelease,
  { watched }: Memory,
): Pick<CurrentRelease, 'watched'> {
  if (watched?.since !== record.since) return {};
  const { since, ms } = watched;
  const knownMs = known?.since === since ? known.ms : 0;
  return ms - knownMs >= portionMs ? { watched: { since, ms } } : {};
}

/** As both would be stored. The driver asks this at each look, and nearly always of two that have most values in common. */
function isSame(a: CurrentRelease, b: CurrentRelease | undefined): boolean {
  if (!b) return false;
  const keys = Object.keys({ ...a, ...b }) as (keyof CurrentRelease)[];
  return keys.every((key) => a[key] === b[key] || isStoredAlike(a[key], b[key]));
}

function isStoredAlike(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one === other || isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}

function isCopied({ route, subsets }: Observation, { current }: ObservedState): boolean {
  return current?.of.route === route?.resourceVersion && current?.of.subsets === subsets?.resourceVersion;
}

/** Each version that the route names has its subset. What somebody has damaged is no copy to go back to. */
function isGood({ route, subsets, workloads }: Observation): boolean {
  if (!route || !subsets || route.unsupported !== undefined) return false;
  const named = Object.keys({ ...route.split, ...workloads }).filter((version) => routeNames(route, version));
  return named.every((version) => subsets.versions.includes(version));
}

/** Of another release nothing is taken over. */
function currentOf({ current }: ObservedState, record: ReleaseRecord): CurrentRelease {
  return current?.record.id === record.id ? { ...current, record } : { record, of: {}, restored: [] };
}

function stateIn({ state = noState }: Observation): ObservedState {
  return state;
}
