/** What decide() answers: at most one write, always with its reason. */
import type { Action } from './action';

export type WaitFor = 'pods' | 'gate' | 'propagation' | 'drain' | 'pause' | 'health';

export type Decision =
  | { readonly kind: 'act'; readonly action: Action; readonly because: string }
  /**
   * `lastSeen` is what stands in the way; `limitMs` is how long that may take, undefined for a pause; `ask` names the
   * versions whose pods the next look has to ask for their requests in flight.
   */
  | {
      readonly kind: 'wait';
      readonly for: WaitFor;
      readonly lastSeen: string;
      readonly limitMs: number | undefined;
      readonly ask: readonly string[];
    }
  /** Take this measurement; its verdict comes back in the memory. */
  | { readonly kind: 'measure'; readonly analysis: string }
  /** Nothing more can be done safely without a person; traffic stays where it is. */
  | { readonly kind: 'hold'; readonly because: string }
  | { readonly kind: 'done'; readonly outcome: 'completed' | 'aborted'; readonly because: string };

export const act = (action: Action, because: string): Decision => ({ kind: 'act', action, because });
export const wait = (
  waitFor: WaitFor,
  lastSeen: string,
  limitMs?: number,
  ask: readonly string[] = [],
): Extract<Decision, { kind: 'wait' }> => ({ kind: 'wait', for: waitFor, lastSeen, limitMs, ask });
export const hold = (because: string): Decision => ({ kind: 'hold', because });
export const done = (outcome: 'completed' | 'aborted', because: string): Decision => ({
  kind: 'done',
  outcome,
  because,
});

export function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'act':
      return decision.because;
    case 'wait':
      return `waiting for ${decision.for}: ${decision.lastSeen}`;
    case 'measure':
      return `measuring ${decision.analysis}`;
    case 'hold':
    case 'done':
      return decision.because;
  }
}
