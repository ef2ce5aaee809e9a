/** Every order of events, breadth first: the first path that is found to a violation is a shortest one. */
import { look, write, type Task } from './driver';
import { accidents } from './acts';
import { cutOffBetween, lossIn, wrongDecision } from './judge';
import { keyOf } from './key';
import { Progress } from './progress';
import { natural } from './steps';
import type { State } from './state';

export interface Bound {
  /** Steps from the beginning; Infinity: until no new state is found. */
  readonly depth: number;
  /** The search ends without a whole world when it has found as many. */
  readonly states: number;
  /** `one`: what comes by itself comes in one order, while looks, writes, kills and acts still come at any moment of it. */
  readonly order: 'every' | 'one';
}

export interface Findings {
  readonly states: number;
  readonly edges: number;
  readonly depth: number;
  /** True when no further state exists. */
  readonly isWhole: boolean;
  /** How many states are such an end of a driver. */
  readonly endings: Readonly<Record<string, number>>;
  /** The most turns that a driver needed from any state to its end, once no more faults came. */
  readonly mostTurns: number;
  readonly violation: { readonly message: string; readonly path: readonly string[] } | undefined;
}

interface Edge {
  readonly name: string;
  readonly next: State;
  readonly violation?: string | undefined;
}

interface Found {
  readonly key: string;
  readonly state: State;
}

/** What can happen in a state, each judged. */
export function edgesOf(task: Task, state: State, order: Bound['order']): Edge[] {
  if (state.driver.is === 'ended') return [];
  const byItself = order === 'one' ? firstOf(natural(state)) : [...natural(state)];
  const edges: Edge[] = [...byItself, ...accidents(state)].map(({ name, next }) => ({
    name,
    next,
    violation: cutOffBetween(state, next),
  }));
  return state.driver.is === 'running' ? [...edges, turnOf(task, state, state.driver)] : edges;
}

function firstOf<T>(all: Generator<T>): T[] {
  const first = all.next();
  return first.done ? [] : [first.value];
}

function turnOf(task: Task, state: State, driver: Extract<State['driver'], { is: 'running' }>): Edge {
  if (driver.pending) return { name: `the driver writes ${driver.pending.action.kind}`, next: write(state, driver) };
  const looked = look(task, state, driver);
  return { name: 'the driver looks', next: looked.state, violation: wrongDecision(state, looked) };
}

export function explore(task: Task, first: State, bound: Bound): Findings {
  return new Search(task, bound).from(first);
}

class Search {
  private readonly progress: Progress;
  private readonly known = new Map<string, { readonly from: string; readonly name: string }>();
  private readonly endings: Record<string, number> = {};
  private edges = 0;
  private violation: Findings['violation'];

  constructor(
    private readonly task: Task,
    private readonly bound: Bound,
  ) {
    this.progress = new Progress(task);
  }

  from(first: State): Findings {
    let level: readonly Found[] = [{ key: keyOf(first), state: first }];
    let depth = 0;
    this.known.set(keyOf(first), { from: '', name: '' });
    for (; level.length > 0 && depth < this.bound.depth && !this.isOver; depth++) {
      level = level.flatMap((found) => (this.isOver ? [] : this.after(found)));
    }
    const { known, edges, endings, violation, progress } = this;
    const isWhole = level.length === 0 && !this.isOver;
    return { states: known.size, edges, depth, isWhole, endings, mostTurns: progress.mostTurns, violation };
  }

  private get isOver(): boolean {
    return this.violation !== undefined || this.known.size >= this.bound.states;
  }

  /** The states after this one that were not known. */
  private after({ key, state }: Found): Found[] {
    const edges = edgesOf(this.task, state, this.bound.order);
    return edges.flatMap((edge) => (this.violation ? [] : this.follow(key, edge)));
  }

  private follow(from: string, { name, next, violation }: Edge): Found[] {
    this.edges++;
    const key = keyOf(next);
    const isNew = !this.known.has(key);
    if (isNew) this.known.set(key, { from, name });
    const message = violation ?? (isNew ? this.wrongIn(next) : undefined);
    if (message !== undefined) this.violation = { message, path: [...this.pathTo(from), name] };
    return isNew ? [{ key, state: next }] : [];
  }

  private wrongIn(state: State): string | undefined {
    const { driver } = state;
    if (driver.is === 'ended') {
      const ending = `${driver.outcome}: ${driver.code}`;
      this.endings[ending] = (this.endings[ending] ?? 0) + 1;
    }
    return lossIn(state) ?? this.progress.problemOf(state);
  }

  private pathTo(key: string): string[] {
    const path: string[] = [];
    for (let step = this.known.get(key); step && step.from !== ''; step = this.known.get(step.from))
      path.unshift(step.name);
    return path;
  }
}

/** Where a path leads, and the first violation on it. Throws when a step of it cannot happen there, and says what can. */
export function replay(
  task: Task,
  first: State,
  path: readonly string[],
): { state: State; violation: string | undefined } {
  let state = first;
  let violation: string | undefined;
  for (const [index, name] of path.entries()) {
    const edges = edgesOf(task, state, 'every');
    const edge = edges.find((one) => one.name === name);
    if (!edge)
      throw new Error(
        `expected step ${index + 1}, "${name}", to be one of: ${edges.map((one) => one.name).join('; ')}`,
      );
    state = edge.next;
    violation ??= edge.violation ?? lossIn(state) ?? new Progress(task).problemOf(state);
  }
  return { state, violation };
}
