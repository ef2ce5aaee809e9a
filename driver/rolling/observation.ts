/** One look at a rolling update, as plain data: everything that decide() knows. Nothing in here was assumed. */
import { quotaTrouble, worstOf, type Trouble } from '../core/trouble';

export interface Observation {
  readonly atMs: number;
  /** Every object of the release, in the order to write them. */
  readonly objects: readonly ObservedObject[];
  readonly deployment: ObservedDeployment | undefined;
  /** Those of the Deployment, the newest revision first. */
  readonly replicaSets: readonly ObservedReplicaSet[];
  /** Pods that the Service selects although they are not of this Deployment. */
  readonly strangers: readonly string[];
}

export interface ObservedObject {
  /** Kind/name */
  readonly name: string;
  /** The condition of the next write (invariant S5); undefined when there is no such object. */
  readonly resourceVersion: string | undefined;
  readonly change: 'none' | 'create' | 'update';
  /** The write starts new pods. */
  readonly rolls: boolean;
}

export interface ObservedDeployment {
  readonly resourceVersion: string;
  /** False while observedGeneration is behind: numbers and conditions are then those of an older specification (S9). */
  readonly isCurrent: boolean;
  readonly wanted: number;
  /** Pods of the newest template. */
  readonly updated: number;
  readonly available: number;
  /** Of all templates, without those that are ending. */
  readonly total: number;
  readonly isPaused: boolean;
  readonly hasMissedDeadline: boolean;
  /** Pods that may be missing in a rolling update, as written; 'all' when the strategy is to recreate them. */
  readonly maxUnavailable: string;
  readonly selector: Readonly<Record<string, string>>;
  /** Why the controller cannot create pods: a quota, or an admission webhook. */
  readonly replicaFailure: string | undefined;
}

export interface ObservedReplicaSet {
  readonly name: string;
  readonly revision: number;
  readonly version: string;
  readonly image: string;
  /** Of its environment, as the template has it. */
  readonly contentHash: string;
  /** Its template is the one that the Deployment has now. */
  readonly isNewest: boolean;
  readonly available: number;
  /** The ConfigMap that its pods read still has the contents that they were made for. */
  readonly isConfigIntact: boolean;
  readonly preStopSeconds: number | 'unknown';
  readonly gracePeriodSeconds: number;
  /** Those that are ending included. */
  readonly pods: readonly ObservedPod[];
}

export interface ObservedPod {
  readonly name: string;
  readonly isEnding: boolean;
  readonly trouble: Trouble | undefined;
}

export function newestOf({ replicaSets }: Observation): ObservedReplicaSet | undefined {
  return replicaSets.find(({ isNewest }) => isNewest);
}

/**
 * What a rollback returns to: the newest older revision that still has available pods; without one, the revision before, as
 * with kubectl rollout undo. After two failed releases in a row, the second must not return to the first.
 */
export function previousOf({ replicaSets }: Observation): ObservedReplicaSet | undefined {
  const older = replicaSets.filter(({ isNewest }) => !isNewest);
  return older.find(({ available }) => available > 0) ?? older[0];
}

/** Why the newest pods do not come up, as far as the cluster says. */
export function troubleOf(seen: Observation): Trouble | undefined {
  const { deployment } = seen;
  if (deployment?.isPaused) return paused;
  const troubles = (newestOf(seen)?.pods ?? []).flatMap(({ isEnding, trouble }) =>
    trouble && !isEnding ? [trouble] : [],
  );
  const worst = worstOf(troubles);
  if (worst || !deployment?.replicaFailure) return worst;
  const hasEndingPods = seen.replicaSets.some(({ pods }) => pods.some(({ isEnding }) => isEnding));
  return quotaTrouble(deployment.replicaFailure, hasEndingPods);
}

const paused: Trouble = {
  kind: 'paused',
  text: 'the Deployment is paused; kubectl rollout resume continues it',
  isLasting: true,
};
