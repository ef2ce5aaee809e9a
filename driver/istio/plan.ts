/** The plan: decide() run over an ideal cluster, from today's observation until nothing is left to do. */
import type { Release, Split } from '../../model';
import type { Action } from './action';
import { decide, type Question } from './decide';
import type { Decision, HoldReason, Reason, Wait, WaitFor } from './decision';
import { violationOf } from './guard';
import { performIdeally, waitIdeally, withPodsFor } from './ideal-cluster';
import { nothingRemembered, rememberLook, rememberWrite, verdictKey, type Memory } from './memory';
import type { Observation } from './observation';
import type { RouteContent } from './route-content';
import type { Order } from './stages';

export type PlanStep =
  /** `before` is what the route had until this write. */
  | {
      readonly kind: 'write';
      readonly action: Action;
      readonly because: readonly Reason[];
      readonly before: Routed;
    }
  /** `split` is live while this is waited for. `isWhole`: it begins with this plan, so nothing of its time is over. */
  | { readonly kind: 'wait'; readonly wait: Wait; readonly split: Split; readonly isWhole: boolean }
  | { readonly kind: 'measure'; readonly analysis: string };

export type Routed = Pick<RouteContent, 'split' | 'headerVersions'>;

export interface Plan {
  readonly steps: readonly PlanStep[];
  /** Why it cannot be carried out to its end; undefined when it can. */
  readonly obstacle: HoldReason | undefined;
}

/** More turns than any plan of a release file can have: reaching it means that decide() goes in a circle. */
const mostTurns = 10_000;

export function planOf(release: Release, order: Order, today: Observation): Plan {
  const steps: PlanStep[] = [];
  let seen = today;
  let memory = nothingRemembered;
  for (let turn = 0; turn < mostTurns; turn++) {
    memory = rememberLook(memory, seen);
    const question: Question = { release, order, seen, memory, gateLimitMs: Infinity, releaseId: 'plan' };
    const decision = decide(question);
    if (decision.kind === 'done') return { steps, obstacle: undefined };
    if (decision.kind === 'hold') return { steps, obstacle: decision.because };
    const unsafe = decision.kind === 'act' ? refusedByGuard(decision.action, question) : undefined;
    if (unsafe) return { steps, obstacle: unsafe };
    addStep(steps, stepOf(decision, seen, steps));
    ({ seen, memory } = ideally(decision, { release, seen, memory }));
  }
  throw new Error(`the plan of ${release.name} does not end within ${mostTurns} turns`);
}

function refusedByGuard(action: Action, question: Question): HoldReason | undefined {
  const violation = violationOf(action, question, question.seen.route?.record?.exceptions);
  return violation && { code: 'unsafe-write', action, violation };
}

type Ongoing = Extract<Decision, { kind: 'act' | 'wait' | 'measure' }>;

/** Every write succeeds, what is waited for happens, and what is measured is good. */
function ideally(
  decision: Ongoing,
  { release, seen, memory }: { release: Release; seen: Observation; memory: Memory },
): { seen: Observation; memory: Memory } {
  switch (decision.kind) {
    case 'act':
      return {
        seen: performIdeally(seen, decision.action),
        memory: rememberWrite(memory, decision.action, seen.route?.record),
      };
    case 'wait':
      return {
        seen: withPodsFor(decision.wait, waitIdeally(release, seen, decision.wait.for, decision.ask)),
        memory: decision.wait.for === 'pause' ? watchedLongEnough(memory) : memory,
      };
    case 'measure': {
      const record = seen.route?.record;
      const verdict = { verdict: 'successful', reason: 'assumed' } as const;
      return { seen, memory: record ? { ...memory, verdicts: { [verdictKey(record)]: verdict } } : memory };
    }
  }
}

function watchedLongEnough({ watched, ...memory }: Memory): Memory {
  return { ...memory, ...(watched && { watched: { ...watched, ms: Infinity } }) };
}

function stepOf(decision: Ongoing, { route }: Observation, earlier: readonly PlanStep[]): PlanStep {
  const { split = {}, headerVersions = [] } = route ?? {};
  switch (decision.kind) {
    case 'act':
      return { kind: 'write', action: decision.action, because: decision.because, before: { split, headerVersions } };
    case 'wait': {
      const isWhole = earlier.some((step) => step.kind === 'write' && step.action.kind === 'write-route');
      return { kind: 'wait', wait: decision.wait, split, isWhole };
    }
    case 'measure':
      return { kind: 'measure', analysis: decision.analysis };
  }
}

/** One wait may take several turns, such as a drain that has just begun. */
function addStep(steps: PlanStep[], step: PlanStep): void {
  if (step.kind !== 'wait' || waitedFor(steps.at(-1)) !== step.wait.for) steps.push(step);
}

function waitedFor(step: PlanStep | undefined): WaitFor | undefined {
  return step?.kind === 'wait' ? step.wait.for : undefined;
}
