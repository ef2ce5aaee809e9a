import type { Trial } from './trial';

export interface Scenario {
  /** In kebab case, perhaps with a version: it becomes part of the namespace's name. */
  readonly name: string;
  /** What is seen to hold when it passes, in one line. */
  readonly claim: string;
  readonly limitSeconds: number;
  /** All together would take too long for every change: runs only when its whole name is given. */
  readonly onRequest?: true | undefined;
  /** The version of another Envoy than the cluster's own, whose image it needs. */
  readonly envoy?: string;
  readonly run: (trial: Trial) => Promise<void>;
}
