/** Observe, decide, act, verify by observing again. Nothing is known but what this turn saw. */
import type { Release } from '../../model';
import type { Clock } from '../core/clock';
import type { Outcome } from '../core/outcome';
import type { Ending } from '../core/ending';
import { loop } from '../core/loop';
import type { RollingCluster } from './cluster';
import {
  decide,
  type RollingDecision,
  type RollingMemory,
  type RollingOrder,
  type RollingQuestion,
  type Since,
} from './decide';
import { troubleOf, type RollingObservation } from './observation';
import type { TellRolling } from './report';

export interface RollingDrive {
  readonly release: Release;
  readonly order: RollingOrder;
  readonly cluster: RollingCluster;
  readonly clock: Clock;
  readonly tell: TellRolling;
  /** Who holds the lock: unique to this process. */
  readonly holder: string;
  /** Aborted when a person stops this driver: Kubernetes then goes on by itself. */
  readonly stop: AbortSignal;
  readonly pollMs: number;
  /** How long the API server may be away. */
  readonly awayLimitMs: number;
}

export const nothingRemembered: RollingMemory = { written: [], waiting: undefined, troubled: undefined };

export async function driveRolling(input: RollingDrive): Promise<Ending> {
  let { order } = input;
  let memory = nothingRemembered;
  const turn = async (): Promise<Ending | undefined> => {
    const seen = await input.cluster.observe(input.release);
    memory = rememberLook(memory, seen);
    const question = { release: input.release, order, seen, memory };
    const decision = decide(question);
    memory = rememberDecision(memory, decision, seen.atMs);
    input.tell.decision(decision, seen);
    const ending = endingOf(decision, order, memory, seen);
    if (ending) return ending;
    if (decision.kind === 'turn') order = decision.order;
    else memory = await carryOut(input, decision, question, memory);
    return undefined;
  };
  return loop({
    ...input,
    service: input.release,
    lock: input.cluster,
    turn,
    // Kubernetes cannot have gone on either: what was waited for is waited for anew.
    forget: () => (memory = { ...memory, waiting: undefined, troubled: undefined }),
    tell: (absence) => input.tell.absence(absence),
    whenStopped: 'Kubernetes goes on with what was written',
  });
}

async function carryOut(
  { cluster, clock, pollMs, stop, release }: RollingDrive,
  decision: RollingDecision,
  { seen }: RollingQuestion,
  memory: RollingMemory,
): Promise<RollingMemory> {
  let outcome: Outcome = 'conflict';
  if (decision.kind === 'write') outcome = await cluster.write(release, decision.object, seen);
  if (decision.kind === 'return') outcome = await cluster.returnTo(release, decision.replicaSet, seen);
  if (outcome === 'conflict') {
    await clock.sleep(pollMs, stop);
    return memory;
  }
  return { ...memory, written: [...memory.written, decision.kind === 'write' ? decision.object : targetOf(decision)] };
}

function targetOf(decision: RollingDecision): string {
  return decision.kind === 'return' ? decision.replicaSet : '';
}

function endingOf(
  decision: RollingDecision,
  order: RollingOrder,
  { waiting }: RollingMemory,
  { atMs }: RollingObservation,
): Ending | undefined {
  switch (decision.kind) {
    case 'done': {
      const isForced = order.kind === 'return' && order.because !== undefined;
      return { outcome: isForced ? 'aborted' : 'completed', because: decision.because };
    }
    case 'hold':
      return { outcome: 'held', because: decision.because };
    case 'wait': {
      if (!waiting || atMs - waiting.sinceMs < decision.limitMs) return undefined;
      const limit = `${decision.limitMs / 1000} s`;
      return { outcome: 'timed-out', because: `nothing changed for ${limit}; waiting for ${decision.lastSeen}` };
    }
    case 'write':
    case 'return':
    case 'turn':
      return undefined;
  }
}

/** The kind and not the words: those count restarts and back-offs. */
function rememberLook(memory: RollingMemory, seen: RollingObservation): RollingMemory {
  return { ...memory, troubled: since(memory.troubled, troubleOf(seen)?.kind, seen.atMs) };
}

function rememberDecision(memory: RollingMemory, decision: RollingDecision, atMs: number): RollingMemory {
  const what = decision.kind === 'wait' ? decision.progress : undefined;
  return { ...memory, waiting: since(memory.waiting, what, atMs) };
}

function since(before: Since | undefined, what: string | undefined, atMs: number): Since | undefined {
  if (what === undefined) return undefined;
  return before?.what === what ? before : { what, sinceMs: atMs };
}
