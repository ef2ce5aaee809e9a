/** The plan as it is printed: every write and wait in order, and why. */
import type { Release } from '../../model';
import { describeAction, type Action } from './action';
import { decide, type Question } from './decide';
import type { Decision } from './decision';
import { violation } from './guard';
import { performIdeally, waitIdeally } from './ideal-cluster';
import { nothingRemembered, rememberLook, rememberWrite } from './memory';
import type { Observation } from './observation';
import type { Order } from './stages';

export type PlanLine =
  | { readonly kind: 'write'; readonly what: string; readonly because: string; readonly action: Action }
  | { readonly kind: 'wait'; readonly what: string }
  | { readonly kind: 'measure'; readonly what: string };

export interface Foreseen {
  readonly lines: readonly PlanLine[];
  /** Why the plan cannot be carried out to its end; undefined when it can. */
  readonly obstacle: string | undefined;
}

/** More turns than any plan of a release file can have: reaching it means that decide() goes in a circle. */
const mostTurns = 10_000;

export function foresee(release: Release, order: Order, today: Observation): Foreseen {
  const lines: PlanLine[] = [];
  let seen = today;
  let memory = nothingRemembered;
  for (let turn = 0; turn < mostTurns; turn++) {
    memory = rememberLook(memory, seen);
    const question: Question = { release, order, seen, memory, gateLimitMs: Infinity };
    const decision = decide(question);
    if (decision.kind === 'done') return { lines, obstacle: undefined };
    if (decision.kind === 'hold') return { lines, obstacle: decision.because };
    if (decision.kind === 'act') {
      const broken = violation(decision.action, question);
      if (broken) return { lines, obstacle: broken };
      memory = rememberWrite(memory, decision.action, seen.route?.record);
      seen = performIdeally(seen, decision.action);
    } else if (decision.kind === 'wait') {
      seen = waitIdeally(release, seen, decision);
    } else {
      const step = seen.route?.record?.step ?? 0;
      memory = { ...memory, verdicts: { ...memory.verdicts, [step]: { verdict: 'successful', reason: 'assumed' } } };
    }
    addLine(lines, question, decision);
  }
  throw new Error(`the plan of ${release.name} does not end within ${mostTurns} turns`);
}

function addLine(lines: PlanLine[], question: Question, decision: Decision): void {
  const line = lineOf(question, decision);
  // One wait may take several turns, such as a drain that has just begun.
  if (line && !(line.kind === 'wait' && lines.at(-1)?.what === line.what)) lines.push(line);
}

function lineOf(question: Question, decision: Decision): PlanLine | undefined {
  switch (decision.kind) {
    case 'act': {
      const { action, because } = decision;
      return { kind: 'write', what: describeAction(action), because, action };
    }
    case 'wait':
      return { kind: 'wait', what: waitText(question, decision) };
    case 'measure':
      return { kind: 'measure', what: `take the analysis ${decision.analysis}; a failure aborts, no answer holds` };
    case 'hold':
    case 'done':
      return undefined;
  }
}

function waitText({ release, seen }: Question, { for: what, lastSeen }: Extract<Decision, { kind: 'wait' }>): string {
  switch (what) {
    case 'pods':
      return 'until its pods are available';
    case 'health':
      return 'until a version has an available pod';
    case 'gate':
      return 'until every proxy has the clusters active, with healthy endpoints';
    case 'propagation':
      return `until every proxy routes by ${seen.route?.marker ?? 'the route'}`;
    case 'drain':
      return `until nothing of it is in flight, at any proxy or pod, for ${release.timings.drainWindowSeconds} s, and no connection to it is under way`;
    case 'pause':
      return lastSeen.replace(/^(.*) remain$/, 'for $1');
  }
}
