/** The plan: decide() run over an ideal cluster, from today's observation until nothing is left to do. */
import type { Release } from '../../model';
import { decide } from './decide';
import type { HoldReason, Ongoing, Order } from './decision';
import { ideally } from './ideal-cluster';
import { nothingRemembered } from './memory';
import type { Observation } from './observation';

export interface Plan {
  readonly steps: readonly Ongoing[];
  /** Why it cannot be carried out to its end; undefined when it can. */
  readonly obstacle: HoldReason | undefined;
}

/** More turns than objects and waits: reaching it means that decide() goes in a circle. */
const mostTurns = 100;

export function planOf(release: Release, order: Order, today: Observation): Plan {
  const steps: Ongoing[] = [];
  let seen = today;
  for (let turn = 0; turn < mostTurns; turn++) {
    const decision = decide({ release, order, seen, memory: nothingRemembered });
    if (decision.kind === 'done') return { steps, obstacle: undefined };
    if (decision.kind === 'hold') return { steps, obstacle: decision.because };
    if (decision.kind === 'rollback') return { steps, obstacle: { code: 'update-failed', failure: decision.because } };
    steps.push(decision);
    seen = ideally(release, seen, decision);
  }
  throw new Error(`the plan of ${release.name} does not end within ${mostTurns} turns`);
}
