/** What one driver keeps between two looks. Losing it is safe: what was waited for is waited for anew. */
import type { Decision, Wait } from './decision';
import { troubleOf, type Observation } from './observation';

export interface Memory {
  /** Objects that this driver has written, and ReplicaSets that it has returned to. */
  readonly written: readonly string[];
  readonly waiting: Since | undefined;
  readonly troubled: Since | undefined;
}

/** Since when something was seen without a break. */
export interface Since {
  readonly what: string;
  readonly sinceMs: number;
}

export const nothingRemembered: Memory = { written: [], waiting: undefined, troubled: undefined };

/** The kind and not the words: those count restarts and back-offs. */
export function rememberLook(memory: Memory, seen: Observation): Memory {
  return { ...memory, troubled: since(memory.troubled, troubleOf(seen)?.kind, seen.atMs) };
}

export function rememberDecision(memory: Memory, decision: Decision, atMs: number): Memory {
  const what = decision.kind === 'wait' ? progressOf(decision.wait) : undefined;
  return { ...memory, waiting: since(memory.waiting, what, atMs) };
}

export function rememberWrite(memory: Memory, target: string): Memory {
  return { ...memory, written: [...memory.written, target] };
}

/** The API server was away: Kubernetes cannot have gone on either. */
export function afterBreak(memory: Memory): Memory {
  return { ...memory, waiting: undefined, troubled: undefined };
}

/** It changes when something moves: the limit of a wait counts from then. A trouble is no progress. */
function progressOf(wait: Wait): string {
  return JSON.stringify({ ...wait, trouble: undefined });
}

function since(before: Since | undefined, what: string | undefined, atMs: number): Since | undefined {
  if (what === undefined) return undefined;
  return before?.what === what ? before : { what, sinceMs: atMs };
}
