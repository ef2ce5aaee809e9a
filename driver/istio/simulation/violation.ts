/** What the judge finds, and what it may look at. */
import type { Proxy } from './proxy';
import type { Workloads } from './workloads';

export interface Violation {
  readonly atMs: number;
  readonly invariant: 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S11';
  readonly message: string;
  /** True: by what the driver had seen it held, and the world has changed since. False: an error of the driver. */
  readonly heldAtObservation: boolean;
}

export type Found = Omit<Violation, 'atMs'>;

export interface Truth {
  readonly nowMs: number;
  /** Only those that serve. */
  readonly proxies: readonly Proxy[];
  readonly workloads: Workloads;
  readonly loadPods: number;
  /** The version that a VirtualService of somebody else names. */
  readonly namedElsewhere: string | undefined;
  /** The routes were written after the subsets: a proxy that shows them has these. */
  readonly isRouteLater: boolean;
}
