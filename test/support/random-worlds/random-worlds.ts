/** A property of random worlds, and what can be told of those that it was tried in. */
import type { IAsyncProperty } from 'fast-check';

export interface RandomWorlds {
  readonly property: IAsyncProperty<[unknown]>;
  /** How often what happened, in all worlds so far. */
  readonly endings: Readonly<Record<string, number>>;
  /** What happened in the last one, and what was drawn for it. */
  readonly lastWorld: () => readonly string[];
}
