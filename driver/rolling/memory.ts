/** What one driver keeps between two looks. Losing it is safe: what was waited for is waited for anew. */
import type { Outcome } from '../core/outcome';
import { bridgeState } from './bridge-state';
import type { Decision, Wait } from './decision';
import { troubleOf, type Observation } from './observation';

export interface Memory {
  /** By name, the essence of each object that was as the manifests have it when it was last looked at, or as it was written. */
  readonly settled: Readonly<Record<string, string>>;
  /** ReplicaSets that this driver has returned to. */
  readonly returned: readonly string[];
  readonly waiting: Since | undefined;
  /** Since when the pods of one version are waited for, whatever moved meanwhile. */
  readonly replacing: Since | undefined;
  /** Writes in a row that found another object than was seen. */
  readonly conflicts: number;
  readonly troubled: Since | undefined;
  /** Since when the bridge is in its state. */
  readonly bridge: Since | undefined;
}

/** Since when something was seen without a break. */
export interface Since {
  readonly what: string;
  readonly sinceMs: number;
}

export const nothingRemembered: Memory = {
  settled: {},
  returned: [],
  waiting: undefined,
  replacing: undefined,
  conflicts: 0,
  troubled: undefined,
  bridge: undefined,
};

/** The kind of a trouble and not its words: those count restarts and back-offs. */
export function rememberLook(memory: Memory, seen: Observation): Memory {
  const asWanted = seen.objects.filter(({ change }) => change === 'none');
  const settled = { ...memory.settled, ...Object.fromEntries(asWanted.map(({ name, essence }) => [name, essence])) };
  const bridge = since(memory.bridge, bridgeState(seen.bridge), seen.atMs);
  return { ...memory, settled, bridge, troubled: since(memory.troubled, troubleOf(seen)?.kind, seen.atMs) };
}

export function rememberDecision(memory: Memory, decision: Decision, atMs: number): Memory {
  const what = decision.kind === 'wait' ? progressOf(decision.wait) : undefined;
  const version = decision.kind === 'wait' && decision.wait.for === 'pods' ? decision.wait.version : undefined;
  const replacing = since(memory.replacing, version, atMs);
  return { ...memory, waiting: since(memory.waiting, what, atMs), replacing };
}

export function rememberOutcome(memory: Memory, outcome: Outcome): Memory {
  return { ...memory, conflicts: outcome === 'conflict' ? memory.conflicts + 1 : 0 };
}

export function rememberWrite(memory: Memory, object: string, essence: string): Memory {
  return { ...memory, settled: { ...memory.settled, [object]: essence } };
}

export function rememberReturn(memory: Memory, replicaSet: string): Memory {
  return { ...memory, returned: [...memory.returned, replicaSet] };
}

/** The API server was away: Kubernetes cannot have gone on either. */
export function afterBreak(memory: Memory): Memory {
  return { ...memory, waiting: undefined, replacing: undefined, troubled: undefined, bridge: undefined };
}

/** It changes when something moves: the limit of a wait counts from then. A trouble is no progress. */
function progressOf(wait: Wait): string {
  return JSON.stringify({ ...wait, trouble: undefined });
}

function since(before: Since | undefined, what: string | undefined, atMs: number): Since | undefined {
  if (what === undefined) return undefined;
  return before?.what === what ? before : { what, sinceMs: atMs };
}
