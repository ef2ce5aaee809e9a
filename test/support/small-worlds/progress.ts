/**
 * S12: once no more faults come, every release ends within a bounded number of turns. From each state the driver goes on alone, and
 * between two of its turns everything that was on its way arrives.
 */
import { look, write, type Task } from './driver';
import { natural, startDriver, timePasses } from './steps';
import { keyOf } from './key';
import type { State } from './state';

/** Far more than a release of a few steps needs; a circle is found by meeting a state again. */
export class Progress {
  mostTurns = 0;
  /** By state: how many turns it takes to the end. */
  private readonly turns = new Map<string, number>();

  constructor(private readonly task: Task) {}

  /** What is wrong with how the driver goes on from here; undefined when it comes to an end. */
  problemOf(state: State): string | undefined {
    const path: string[] = [];
    let now = settled(state);
    for (;;) {
      const key = keyOf(now);
      const known = now.driver.is === 'ended' || isHopeless(now, path.at(-1) === key) ? 0 : this.turns.get(key);
      if (known !== undefined) {
        this.remember(path, known);
        return undefined;
      }
      if (path.at(-1) === key) return `S12: everything has arrived, and the driver waits for ${waitOf(now)}`;
      if (path.includes(key)) return `S12: the driver goes in a circle of ${path.length - path.indexOf(key)} turns`;
      path.push(key);
      now = settled(this.turn(now));
    }
  }

  private remember(path: readonly string[], turns: number): void {
    path.forEach((key, index) => this.turns.set(key, turns + path.length - index));
    this.mostTurns = Math.max(this.mostTurns, turns + path.length);
  }

  private turn(state: State): State {
    const { driver } = state;
    if (driver.is === 'killed') return startDriver(state);
    if (driver.is === 'ended') return state;
    if (driver.pending) return write(state, driver);
    return look(this.task, state, driver).state;
  }
}

/** Everything that was on its way has arrived, every request has ended, and a while has passed: of the steps, time is the last. */
function settled(state: State): State {
  let now = state;
  for (;;) {
    const step = natural(now).next();
    if (step.done) return now;
    now = step.value.next;
    if (step.value.name === timePasses) return now;
  }
}

/** What only a person can end: it waits, with a limit that is not reached here, and says for what. */
function isHopeless({ acts }: State, isWaiting: boolean): boolean {
  return isWaiting && acts.includes('somebody scales v1 to zero');
}

function waitOf({ driver }: State): string {
  return driver.is === 'running' ? (driver.memory.waiting?.for ?? 'nothing') : driver.is;
}
