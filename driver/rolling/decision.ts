/**
 * What decide() answers: at most one write, always with its reason. Reasons are codes with fields; the words for them are in
 * words.ts, so that nothing has to read a sentence.
 */
import type { Trouble } from '../core/trouble';
import type { BridgeState } from './bridge-state';
import type { FieldDifference } from './field-difference';
import type { Harm, WayBack } from './observation';
import type { UpdateRecord } from './record';

export type Order = ApplyOrder | ReturnOrder;

/** Make the release file true. */
export interface ApplyOrder {
  readonly kind: 'apply';
  readonly onFailure: OnFailure;
  /**
   * By name, the essence of each object whose foreign fields a person has accepted to be overwritten: what somebody changes
   * after that was not accepted.
   */
  readonly accepted: Readonly<Record<string, string>>;
}

export type OnFailure = 'hold' | 'rollback';

/** Back to the template of this ReplicaSet. `failure` is what led there; a person's wish needs none. */
export interface ReturnOrder {
  readonly kind: 'return';
  readonly replicaSet: string;
  readonly version: string;
  /** The version that is left. */
  readonly from: string;
  readonly failure?: Failure;
}

export type Decision =
  | { readonly kind: 'write'; readonly object: string; readonly because: WriteReason }
  | {
      readonly kind: 'return';
      readonly replicaSet: string;
      readonly version: string;
      readonly because: ReturnReason;
    }
  /** The EndpointSlice that bridges a change of port names comes or goes. */
  | { readonly kind: 'bridge'; readonly act: 'raise' | 'remove'; readonly because: BridgeReason }
  /** What the cluster is to remember, before or after what it is about. */
  | { readonly kind: 'record'; readonly record: UpdateRecord; readonly because: RecordReason }
  | Waiting
  /** The update has failed: go on with this order instead. */
  | { readonly kind: 'rollback'; readonly order: ReturnOrder; readonly because: Failure }
  /** Nothing more can be done safely without a person: the driver ends, and Kubernetes goes on with what was written. */
  | { readonly kind: 'hold'; readonly because: HoldReason }
  | { readonly kind: 'done'; readonly because: DoneReason };

/** After these the update goes on: of them a plan is made. */
export type Ongoing = Extract<Decision, { kind: 'write' | 'return' | 'bridge' | 'record' | 'wait' }>;

export interface Waiting {
  readonly kind: 'wait';
  readonly wait: Wait;
  /** How long this may take without any progress. */
  readonly limitMs: number;
}

/** What is waited for, and the last thing seen of it. */
export type Wait =
  /** The Deployment controller has not seen the newest specification. */
  | { readonly for: 'controller' }
  /** The Deployment controller has not made this ReplicaSet the newest again. */
  | { readonly for: 'return'; readonly newest: string | undefined }
  | {
      readonly for: 'pods';
      readonly version: string;
      readonly available: number;
      readonly wanted: number;
      readonly updated: number;
      readonly old: number;
      readonly trouble?: Trouble;
    }
  | { readonly for: 'old-pods'; readonly pods: readonly string[] }
  /** Proxies learn of endpoints, or the controller has to write them. */
  | { readonly for: 'endpoints'; readonly state: BridgeState };

export interface WriteReason {
  readonly code: 'no-object' | 'not-as-in-file';
}

export interface ReturnReason {
  readonly code: 'requested' | 'update-failed';
}

export interface BridgeReason {
  readonly code: 'port-renamed' | 'bridge-done';
}

export interface RecordReason {
  /** complete: this ReplicaSet has all its pods. returning: a return begins. superseded: an apply of another version goes on. */
  readonly code: 'complete' | 'returning' | 'superseded';
  readonly version: string;
}

/** Why the pods of a version do not come up. */
export type Failure =
  | {
      readonly code: 'deadline-missed';
      readonly version: string;
      readonly deadlineSeconds: number;
      readonly trouble?: Trouble;
    }
  | { readonly code: 'trouble'; readonly version: string; readonly trouble: Trouble };

export type HoldReason =
  /** `writer` is the field manager that wrote it last; undefined when somebody deleted it. */
  | { readonly code: 'changed-by-other'; readonly object: string; readonly writer: string | undefined }
  /** The API server or a webhook keeps it otherwise than it was sent: writing it again would change nothing. */
  | { readonly code: 'write-without-effect'; readonly object: string }
  | { readonly code: 'not-ours'; readonly object: string; readonly differences: readonly FieldDifference[] }
  | { readonly code: 'harm'; readonly object: string; readonly harm: Harm }
  | { readonly code: 'other-scaler'; readonly scalers: readonly string[] }
  | { readonly code: 'paused' }
  | { readonly code: 'scaled-to-zero' }
  | { readonly code: 'rollback-under-way'; readonly to: string; readonly from: string }
  /** `previous` is what a rollback would return to, when there is something. */
  | { readonly code: 'update-failed'; readonly failure: Failure; readonly previous?: Previous };

export interface Previous {
  readonly version: string;
  readonly available: number;
  readonly wayBack: WayBack;
}

export type DoneReason = { readonly version: string; readonly pods: number } & (
  { readonly outcome: 'completed' } | { readonly outcome: 'aborted'; readonly failure: Failure }
);
