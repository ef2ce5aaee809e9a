/** The plan: decide() run over an ideal cluster, from today's observation until nothing is left to do. */
import { bridgeState } from './bridge-state';
import { decide } from './decide';
import type { HoldReason, Ongoing, Order } from './decision';
import { ideally } from './ideal-cluster';
import { nothingRemembered, type Memory } from './memory';
import type { Observation } from './observation';
import { leastPods, type Wanted } from './wanted';

export interface Plan {
  /** Without what is put on record: that changes nothing that serves. */
  readonly steps: readonly Ongoing[];
  /** Why it cannot be carried out to its end; undefined when it can. */
  readonly obstacle: HoldReason | undefined;
}

/** More turns than objects and waits: reaching it means that decide() goes in a circle. */
const mostTurns = 100;

export function planOf(wanted: Wanted, order: Order, today: Observation): Plan {
  const { release } = wanted;
  const steps: Ongoing[] = [];
  let seen = today;
  let goal = order;
  for (let turn = 0; turn < mostTurns; turn++) {
    const decision = decide({ release, order: goal, seen, memory: inPlan(seen) });
    if (decision.kind === 'done') return { steps, obstacle: undefined };
    if (decision.kind === 'hold') return { steps, obstacle: decision.because };
    if (decision.kind === 'rollback') {
      goal = decision.order;
      continue;
    }
    if (decision.kind !== 'record') steps.push(decision);
    seen = ideally(leastPods(wanted), seen, decision);
  }
  throw new Error(`the plan of ${release.name} does not end within ${mostTurns} turns`);
}

/** Times in which proxies learn of something are over at once. */
function inPlan({ bridge }: Observation): Memory {
  return { ...nothingRemembered, bridge: { what: bridgeState(bridge) ?? '', sinceMs: -Infinity } };
}
