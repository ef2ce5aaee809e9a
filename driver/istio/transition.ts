/**
 * The record goes on to another step or mode. When the next thing to do there is to write the route, both are one request:
 * the route carries the record, so that a step costs one write and one look at every proxy less, and an abort comes sooner.
 */
import { reconcile } from './reconcile';
import { act, type Decision, type Reason } from './decision';
import { goalOf } from './goal';
import type { ReleaseRecord } from './record';
import type { Situation } from './rules/situation';

export function moveTo(record: ReleaseRecord, situation: Situation, because: Reason): Decision {
  const next = reconcile({ ...situation, record, goal: goalOf(situation.release, record) });
  if (next?.kind === 'act' && next.action.kind === 'write-route') return act(next.action, because, ...next.because);
  return act({ kind: 'write-record', record }, because);
}
