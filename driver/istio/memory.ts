/**
 * What one driver keeps between two looks. Losing it is safe: a drain window or a limit then starts anew, and an analysis
 * is taken again. Everything that must survive is in the cluster's record.
 */
import type { Split } from '../../model';
import type { Action } from './action';
import { noConnections, rememberConnections, sendsNothingNew, type Connections } from './pending-connections';
import type { Decision, WaitFor } from './decision';
import { isRead, requestsAt, type Observation, type Proxy } from './observation';
import type { ReleaseRecord } from './record';
import type { Restorable } from './state';
import type { Verdict } from './verdict';
import { rememberWatched, type Watched } from './watched';

export interface Memory {
  /** Since when nothing of a version was seen in flight, without a break. */
  readonly quietSinceMs: Readonly<Record<string, number>>;
  readonly connections: Connections;
  /** The verdict of an analysis, once it is known, by verdictKey. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** The wait that is going on, to hold it against its limit. */
  readonly waiting: { readonly for: WaitFor; readonly sinceMs: number } | undefined;
  /** The record as last seen: when it is gone and the release has not ended, somebody else took it away. */
  readonly record: ReleaseRecord | undefined;
  /** How the release ended, and by which route, once this driver was about to take its record away. */
  readonly ended: Ended | undefined;
  /** How long the step that is under way has been watched. */
  readonly watched?: Watched;
  /** What somebody deleted and this driver was about to put back; and what it was then seen to have put back. */
  readonly restoring?: Restorable;
  readonly restored?: readonly Restorable[];
}

export type Ended = ReleaseRecord & { readonly split: Split };

/**
 * One visit of one step of one release. A step has the same number in another mode, and in another release: a verdict of there
 * would turn a promotion into an abort.
 */
export function verdictKey({ id, mode, step, since }: ReleaseRecord): string {
  return `${id} ${mode} ${step} ${since}`;
}

export const nothingRemembered: Memory = {
  quietSinceMs: {},
  connections: noConnections,
  verdicts: {},
  waiting: undefined,
  record: undefined,
  ended: undefined,
};

export function rememberLook(memory: Memory, seen: Observation): Memory {
  const versions = Object.keys(seen.inFlight).filter((version) => isQuiet(seen, version));
  return {
    ...memory,
    record: seen.route?.record ?? memory.record,
    // The last write was not made after all.
    ended: seen.route?.record ? undefined : memory.ended,
    watched: rememberWatched(memory.watched, seen),
    ...rememberRestored(memory, seen),
    connections: rememberConnections(memory.connections, seen),
    quietSinceMs: Object.fromEntries(
      versions.map((version) => [version, memory.quietSinceMs[version] ?? seen.endedMs]),
    ),
  };
}

function rememberRestored({ restoring, restored }: Memory, seen: Observation): Pick<Memory, 'restoring' | 'restored'> {
  if (!restoring || !seen[restoring]) return {};
  return { restoring: undefined, restored: [...(restored ?? []), restoring] };
}

/** True only when every proxy and every pod said so: one that could not be asked may hold the last request. */
function isQuiet(seen: Observation, version: string): boolean {
  const atPods = seen.inFlight[version];
  return (atPods === 0 || atPods === 'proxies only') && seen.proxies.every((proxy) => isQuietAt(proxy, version, seen));
}

/** Through a probed gateway nothing is counted: that it sends nothing new is all that can be seen. */
function isQuietAt(proxy: Proxy, version: string, seen: Observation): boolean {
  const activeRequests = isRead(proxy) ? requestsAt(proxy, version) : 0;
  return activeRequests === 0 && sendsNothingNew(proxy, version, seen);
}

/** A wait goes on while it is for the same thing; its limit counts from when it began. */
export function rememberDecision(memory: Memory, decision: Decision, atMs: number): Memory {
  if (decision.kind !== 'wait') return { ...memory, waiting: undefined };
  if (memory.waiting?.for === decision.wait.for) return memory;
  return { ...memory, waiting: { for: decision.wait.for, sinceMs: atMs } };
}

/** While nobody looked, anything may have been in flight, and nothing that was waited for can be held against its limit. */
export function afterBreak(memory: Memory): Memory {
  return { ...memory, quietSinceMs: {}, waiting: undefined };
}

/**
 * Before the write, as its answer may get lost. Taking the record away ends the release: how it ended is known to nobody
 * else from then on.
 */
export function rememberWrite(memory: Memory, action: Action, record: ReleaseRecord | undefined): Memory {
  if (action.kind === 'restore') return { ...memory, restoring: action.what };
  if (action.kind !== 'write-route' || action.record || !record) return memory;
  return { ...memory, ended: { ...record, marker: action.marker, split: action.split } };
}
