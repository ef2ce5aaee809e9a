import type { Release } from '../../model';
import type { Order } from './decision';
import type { Memory } from './memory';
import type { Observation } from './observation';

/** All that a decision depends on. */
export interface Question {
  /** The times and the version of the file. */
  readonly release: Release;
  readonly order: Order;
  readonly seen: Observation;
  readonly memory: Memory;
}
