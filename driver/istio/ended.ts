/**
 * The release whose last write was made, while not every proxy has been seen to have it. The record is gone then. The driver that made
 * the write remembers it; another one knows it by the state, as the write was noted before it was made. So a release that was
 * aborted is never begun again by the same command after a crash.
 */
import { sameSplit } from '../../model';
import type { Ended } from './memory';
import type { Observation, ObservedRoute } from './observation';
import type { Question } from './question';
import type { Order } from './stages';

type Seen = Observation & { readonly route: ObservedRoute };

export function endedOf({ memory, order, adopt }: Question, seen: Seen): Ended | undefined {
  if (memory.ended) return memory.ended;
  const ended = endedInState(seen);
  if (!ended || isAsWritten(seen, ended)) return ended;
  // Somebody has gone on from there. Only the command whose release was aborted has to ask a person first.
  const isSameCommand = order.kind === 'run' && order.canary === ended.canary && ended.mode === 'abort';
  return isSameCommand && !adopt ? ended : undefined;
}

/** Whether an order is for the release that has ended. Another one waits until that has been seen everywhere, and then begins. */
export function isFor(order: Order, { mode, canary }: Ended): boolean {
  if (order.kind === 'run') return mode !== 'apply' && order.canary === canary;
  return order.kind === 'resume' || mode === 'apply';
}

/** Undefined while no last write was noted. */
export function endedInState({ state }: Observation): Ended | undefined {
  const { record, ending } = state?.current ?? {};
  return record && ending && { ...record, ...ending };
}

/** The release that has no record any more, while its last write was not seen at every proxy. Undefined when somebody has gone on since. */
export function lastWriteOf(seen: Observation): Ended | undefined {
  const { route } = seen;
  const ended = endedInState(seen);
  return ended && route && !route.record && isAsWritten({ ...seen, route }, ended) ? ended : undefined;
}

/** At rest the name tells nothing: the owner's next apply, and a person's edit, have the same. */
export function isAsWritten({ route }: Seen, { marker, split }: Pick<Ended, 'marker' | 'split'>): boolean {
  return route.marker === marker && sameSplit(route.split, split);
}

export type Aborted = Pick<Ended, 'mode' | 'cause' | 'marker' | 'split'>;

/** By this very command, as the history says: its process was killed before it could say so, and was started again. */
export function abortedBefore({ order, begun }: Question, { route, state }: Seen): Aborted | undefined {
  const { command } = begun ?? {};
  const past = command === undefined ? undefined : state?.history.find((each) => each.command === command);
  if (past?.outcome !== 'aborted' || order.kind !== 'run' || order.canary !== past.to) return undefined;
  return { mode: 'abort', cause: past.cause, marker: route.marker, split: route.split };
}
