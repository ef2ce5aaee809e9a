/** Every order of events, breadth first: the first path that is found to a violation is a shortest one. */
import { look, write, type Task } from './driver';
import { accidents } from './acts';
import { cutOffBetween, lossIn, wrongDecision } from './judge';
import { Progress } from './progress';
import { natural } from './steps';
import { keyOf } from './key';
import type { State } from './state';

export interface Bound {
  /** Steps from the beginning; Infinity: until no new state is found. */
  readonly depth: number;
  readonly states: number;
}

export interface Findings {
  readonly states: number;
  readonly edges: number;
  /** Of the last state that was found. */
  readonly depth: number;
  /** True when every state within the bound was found, and no further one exists. */
  readonly isWhole: boolean;
  readonly endings: Readonly<Record<string, number>>;
  /** The most looks that a driver needed from any state, once no more faults came. */
  readonly mostLooks: number;
  readonly violation: { readonly message: string; readonly path: readonly string[] } | undefined;
}

interface Edge {
  readonly name: string;
  readonly next: State;
  readonly violation?: string;
}

/** What can happen in a state, each judged. */
export function edgesOf(task: Task, state: State): Edge[] {
  if (state.driver.is === 'ended') return [];
  const edges: Edge[] = [...natural(state), ...accidents(state)].map(({ name, next }) => ({
    name,
    next,
    violation: cutOffBetween(state, next),
  }));
  return state.driver.is === 'running' ? [...edges, turnOf(task, state, state.driver)] : edges;
}

function turnOf(task: Task, state: State, driver: Extract<State['driver'], { is: 'running' }>): Edge {
  if (driver.pending) return { name: `the driver writes ${driver.pending.action.kind}`, next: write(state, driver) };
  const looked = look(task, state, driver);
  return { name: 'the driver looks', next: looked.state, violation: wrongDecision(state, looked) };
}

export function explore(task: Task, first: State, bound: Bound): Findings {
  const progress = new Progress(task);
  const known = new Map<string, { readonly from: string | undefined; readonly name: string }>();
  const endings: Record<string, number> = {};
  let level: { readonly key: string; readonly state: State }[] = [{ key: keyOf(first), state: first }];
  let [edges, depth] = [0, 0];
  known.set(keyOf(first), { from: undefined, name: '' });
  const found = (violation: Findings['violation'], isWhole: boolean): Findings => {
    return { states: known.size, edges, depth, isWhole, endings, mostLooks: progress.mostLooks, violation };
  };
  for (; level.length > 0 && depth < bound.depth; depth++) {
    const next: typeof level = [];
    for (const { key, state } of level) {
      if (known.size >= bound.states) return found(undefined, false);
      for (const edge of edgesOf(task, state)) {
        edges++;
        const nextKey = keyOf(edge.next);
        const isNew = !known.has(nextKey);
        if (isNew) known.set(nextKey, { from: key, name: edge.name });
        const message = edge.violation ?? (isNew ? (lossIn(edge.next) ?? progress.problemOf(edge.next)) : undefined);
        if (message !== undefined) return found({ message, path: [...pathTo(key), edge.name] }, false);
        if (isNew) next.push({ key: nextKey, state: edge.next });
        const { driver } = edge.next;
        if (isNew && driver.is === 'ended') endings[nameOf(driver)] = (endings[nameOf(driver)] ?? 0) + 1;
      }
    }
    level = next;
  }
  return found(undefined, level.length === 0);

  function pathTo(key: string): string[] {
    const path: string[] = [];
    for (let step = known.get(key); step?.from !== undefined; step = known.get(step.from)) path.unshift(step.name);
    return path;
  }
}

function nameOf({ outcome, code }: { readonly outcome: string; readonly code: string }): string {
  return `${outcome}: ${code}`;
}

/** The states along a path. Throws when a step of it cannot happen there, and says what can. */
export function replay(
  task: Task,
  first: State,
  path: readonly string[],
): { state: State; violation: string | undefined } {
  let [state, violation] = [first, undefined as string | undefined];
  for (const [index, name] of path.entries()) {
    const edges = edgesOf(task, state);
    const edge = edges.find((one) => one.name === name);
    if (!edge)
      throw new Error(`expected step ${index + 1}, "${name}", among: ${edges.map((one) => one.name).join('; ')}`);
    state = edge.next;
    violation ??= edge.violation ?? lossIn(state) ?? new Progress(task).problemOf(state);
  }
  return { state, violation };
}
