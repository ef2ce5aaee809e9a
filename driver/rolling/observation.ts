/** One look at a rolling update, as plain data: everything that decide() knows. Nothing in here was assumed. */
import { quotaTrouble, worstOf, type Trouble } from '../core/trouble';
import type { ObservedBridge } from './bridge-state';
import type { FieldDifference } from './field-difference';
import type { UpdateRecord } from './record';

export interface Observation {
  /** Of a clock that nobody sets: what is measured with it is right when the time of the machine jumps. */
  readonly atMs: number;
  readonly hasNamespace: boolean;
  /** Every object of the manifests, in the order to write them. */
  readonly objects: readonly ObservedObject[];
  readonly deployment: ObservedDeployment | undefined;
  /** Those of the Deployment, the newest revision first. */
  readonly replicaSets: readonly ObservedReplicaSet[];
  /** Pods that the Service selects although they are not of this Deployment. */
  readonly strangers: readonly string[];
  /** Fields of the live Service that lose requests while pods are replaced, in words. */
  readonly unsafe: readonly string[];
  /** What scales the Deployment and is in no manifest. */
  readonly otherScalers: readonly string[];
  readonly bridge: ObservedBridge;
  readonly record: ObservedRecord;
}

export interface ObservedRecord {
  /** The condition of its next write; undefined when there is none yet. */
  readonly resourceVersion: string | undefined;
  readonly is: UpdateRecord;
}

export interface ObservedObject {
  /** Kind/name */
  readonly name: string;
  /** The condition of the next write (invariant S5); undefined when there is no such object. */
  readonly resourceVersion: string | undefined;
  readonly change: 'none' | 'create' | 'update';
  /** The write starts new pods. */
  readonly rolls: boolean;
  /** after-pods: only when new pods are available and no old one answers, as old pods would not work with it. */
  readonly stage: 'before-pods' | 'after-pods';
  /** What the write would change of what somebody else wrote. */
  readonly foreign: readonly FieldDifference[];
  /** Every field that the write would change, with values masked that may be secrets. */
  readonly fields: readonly FieldDifference[];
  /** Equal while what was written into it is the same; '' when there is no such object. */
  readonly essence: string;
  /** Who wrote it last; undefined when there is no such object. */
  readonly writer: string | undefined;
  /** Why it must not be written now, although it differs. */
  readonly harm: Harm | undefined;
}

/** What a write would do to requests, whoever wants it. */
export type Harm =
  /** An autoscaler that allows fewer pods than there are ends the others at once. */
  | { readonly code: 'cuts-pods'; readonly from: number; readonly to: number }
  /** No order of writes keeps the pods that answer behind the Service. */
  | { readonly code: 'service-unfit'; readonly expected: string; readonly found: string };

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
  /** Equal for two templates that differ in nothing but the time of a `kubectl rollout restart`. */
  readonly template: string;
  /** Its template is the one that the Deployment has now. */
  readonly isNewest: boolean;
  readonly available: number;
  readonly wayBack: WayBack;
  readonly preStopSeconds: number | 'unknown';
  readonly gracePeriodSeconds: number;
  /** Those that are ending included. */
  readonly pods: readonly ObservedPod[];
}

/**
 * Whether a rollback may return to it. config-changed: the ConfigMap that its pods read is gone or has other contents, so they
 * would be a version that nobody has ever seen. service-unfit: the live Service does not lead to its pods.
 */
export type WayBack = 'open' | 'config-changed' | 'service-unfit';

export interface ObservedPod {
  readonly name: string;
  readonly isEnding: boolean;
  readonly trouble: Trouble | undefined;
}

export function newestOf({ replicaSets }: Observation): ObservedReplicaSet | undefined {
  return replicaSets.find(({ isNewest }) => isNewest);
}

/** All pods are of the newest template and available, and no older one is left but those that are ending. */
export function isReplaced({ updated, available, total, wanted }: ObservedDeployment): boolean {
  return updated >= wanted && available >= wanted && total === updated;
}

/** Whether the newest template has, at this moment, every pod that is wanted. An update to none proves nothing. */
export function isComplete(seen: Observation): boolean {
  const { deployment } = seen;
  const newest = newestOf(seen);
  if (!deployment || !newest || !deployment.isCurrent || deployment.isPaused || deployment.wanted === 0) return false;
  return isReplaced(deployment) && newest.available >= deployment.wanted;
}

/** Why the newest pods do not come up, as far as the cluster says. */
export function troubleOf(seen: Observation): Trouble | undefined {
  const { deployment } = seen;
  const troubles = (newestOf(seen)?.pods ?? []).flatMap(({ isEnding, trouble }) =>
    trouble && !isEnding ? [trouble] : [],
  );
  const worst = worstOf(troubles);
  if (worst || !deployment?.replicaFailure) return worst;
  const hasEndingPods = seen.replicaSets.some(({ pods }) => pods.some(({ isEnding }) => isEnding));
  return quotaTrouble(deployment.replicaFailure, hasEndingPods);
}
