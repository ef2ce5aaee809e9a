/**
 * What decide() answers: at most one write, always with its reason. Reasons are codes with fields; the words for them are in
 * words/, so that nothing has to read a sentence.
 */
import type { Grade, Split } from '../../model';
import type { InFlightCount, Loss } from './accepted-loss';
import type { Action } from './action';
import type { ObservedRollout } from './observation';
import type { Obstacle } from './obstacle';
import type { TurnReason } from './record';
import type { Until } from './stages';
import type { Restorable } from './state';
import type { Verdict } from './verdict';

export type Decision =
  | { readonly kind: 'act'; readonly action: Action; readonly because: readonly Reason[] }
  | Waiting
  /** Take this measurement; its verdict comes back in the memory. */
  | { readonly kind: 'measure'; readonly analysis: string }
  /** Nothing more can be done safely without a person: the driver ends, and traffic stays where it is. */
  | { readonly kind: 'hold'; readonly because: HoldReason }
  | { readonly kind: 'done'; readonly because: DoneReason };

export interface Waiting {
  readonly kind: 'wait';
  readonly wait: Wait;
  /** How long this may take; undefined for a pause. */
  readonly limitMs: number | undefined;
  /** Versions whose pods the next look has to ask for their requests in flight. */
  readonly ask: readonly string[];
}

/** What is waited for, and the last thing seen of it. */
export type Wait =
  | {
      readonly for: 'pods';
      readonly version: string;
      readonly available: number;
      readonly needed: number;
      /** Pods that its Deployment asks for, when these are too few and nobody will make more of them. */
      readonly asked?: number;
      readonly trouble?: string;
    }
  | { readonly for: 'gate' | 'propagation'; readonly obstacles: readonly Obstacle[] }
  | { readonly for: 'drain'; readonly version: string; readonly until: DrainCondition }
  | { readonly for: 'pause'; readonly remainingSeconds: number | 'until promoted' }
  /** The pods of a version whose Deployment is deleted. */
  | { readonly for: 'ending'; readonly version: string; readonly pods: number }
  /** An adopted Deployment that its owner rolls; it stands still while it is `paused`. */
  | ({ readonly for: 'rollout'; readonly version: string } & Pick<ObservedRollout, 'deployment' | 'paused' | 'hashes'>)
  /** No version has an available pod. */
  | { readonly for: 'health' };

export type WaitFor = Wait['for'];

/** What a version that leaves has not shown yet. */
export type DrainCondition =
  | { readonly code: 'unrouted'; readonly obstacles: readonly Obstacle[] }
  /** Other VirtualServices name it. */
  | { readonly code: 'unnamed'; readonly by: readonly string[] }
  /** The service's own VirtualService names it in a route that no release edits, and that no proxy has today. */
  | { readonly code: 'own-route'; readonly route: string }
  | ({ readonly code: 'idle' } & InFlightCount)
  | { readonly code: 'window'; readonly windowMs: number }
  | { readonly code: 'connections'; readonly connectMs: number }
  /** A filter before the router may hold a request that was sent by an earlier route. */
  | { readonly code: 'held'; readonly remainingSeconds: number };

/** Why a write is made. */
export type Reason =
  | { readonly code: 'release-begins' }
  /** 0: the new version was added; n: the n-th step of the file. */
  | { readonly code: 'step-complete'; readonly step: number }
  | { readonly code: 'no-deployment'; readonly version: string }
  | { readonly code: 'needs-pods'; readonly version: string; readonly pods: number }
  | { readonly code: 'autoscaler-decides'; readonly version: string }
  | { readonly code: 'no-subset'; readonly versions: readonly string[] }
  /** The manifests have other routes, or another traffic policy: each difference as a line. */
  | { readonly code: 'routes-change'; readonly fields: readonly string[] }
  /** It was there before: which proxies have it is known no more. */
  | { readonly code: 'subset-gone'; readonly versions: readonly string[] }
  /** Proxies may still know pods that are gone: the subset is made anew, with the pods. */
  | { readonly code: 'subset-stale'; readonly version: string }
  | { readonly code: 'ready-everywhere'; readonly versions: readonly string[]; readonly evidence: Grade }
  | { readonly code: 'probes-change'; readonly versions: readonly string[] }
  /** `off`: no proxy routes to them any more; `back`: one does again, though none did. */
  | { readonly code: 'unrouted'; readonly off: readonly string[]; readonly back: readonly string[] }
  /** counted: where requests in flight were, when that was not at the pods, too. */
  | { readonly code: 'drained'; readonly versions: readonly string[]; readonly counted?: 'proxies' }
  | { readonly code: 'back-on-stable'; readonly version: string }
  | { readonly code: 'as-in-file' }
  /** Routes to the whole Service get the subset of the version that is adopted: each difference as a line. */
  | { readonly code: 'taken-over'; readonly version: string; readonly fields: readonly string[] }
  /** Whoever runs the release wants another end than the one on record. */
  | { readonly code: 'ends-at'; readonly until: Until | 'removed' }
  | { readonly code: 'adopted'; readonly by: string }
  /** Somebody changed the route and changed it back: proxies may have, or may still get, what was between. */
  | { readonly code: 'changed-and-back'; readonly by: string }
  /** Somebody removed a subset that the live route names. */
  | { readonly code: 'subset-lost'; readonly versions: readonly string[]; readonly by: string }
  | { readonly code: 'owners-return' }
  /** A person has judged these proxies. */
  | { readonly code: 'left-out'; readonly proxies: readonly string[] }
  /** A person accepts that so many requests to it are cut off. */
  | { readonly code: 'loss-accepted'; readonly version: string; readonly count: number; readonly by: string }
  /** What is cut off of it is as much as a person accepted, or less. */
  | ({ readonly code: 'cut-off' } & Omit<Loss, 'code'>)
  /** Somebody deleted it, and the copy of it is created. */
  | { readonly code: 'deleted'; readonly what: Restorable }
  /** Its template must not change while another version runs beside it. */
  | { readonly code: 'rollout-pauses'; readonly deployment: string }
  /** Nobody needs that any more. `isPending`: somebody has changed its template meanwhile. */
  | { readonly code: 'rollout-resumes'; readonly deployment: string; readonly isPending: boolean }
  | { readonly code: 'rollout-needed'; readonly deployment: string }
  /** Pods of the next version will be behind the same Service. */
  | { readonly code: 'chosen-alone'; readonly version: string; readonly hash: string }
  /** It is alone behind the Service again. */
  | { readonly code: 'chosen-by-service'; readonly version: string }
  /** In mid-release somebody has resumed its Deployment, and that rolls: the subset would lose its pods. */
  | { readonly code: 'rolled-meanwhile'; readonly version: string; readonly deployment: string }
  /** Proxies that have this route have what its subset chooses, too. */
  | { readonly code: 'choice-marked'; readonly version: string }
  /** Somebody took the record of a release away that was being aborted. */
  | { readonly code: 'abort-outlives' }
  | TurnReason;

export type HoldReason =
  | { readonly code: 'not-installed'; readonly name: string; readonly namespace: string }
  /** `deployment`: it stays paused. */
  | { readonly code: 'record-removed'; readonly by: string; readonly deployment?: string }
  /** Its meaning is not known in full. */
  | { readonly code: 'newer-record'; readonly schema: number; readonly known: number }
  | {
      readonly code: 'object-deleted';
      readonly what: Restorable;
      readonly why: DeletedWhy;
      readonly name: string;
      readonly namespace: string;
      /** Versions that the route names and that have no subset. */
      readonly missing: readonly string[];
    }
  | { readonly code: 'route-unsupported'; readonly by: string; readonly detail: string }
  | { readonly code: 'changed-by-other'; readonly expected: string; readonly found: string; readonly by: string }
  | { readonly code: 'subsets-changed'; readonly by: string }
  /** Nobody else wrote the object after handover: a webhook or a policy changes each write. */
  | { readonly code: 'changed-on-its-way'; readonly of: 'route' | 'subsets' }
  | {
      readonly code: 'no-success';
      readonly analysis: string;
      readonly verdict: Verdict['verdict'];
      readonly detail: string;
    }
  /** Nobody who has no manifests knows which routes get its subset. */
  | { readonly code: 'not-taken-over'; readonly version: string }
  /** A take-over would change more than subsets and names of routes. */
  | { readonly code: 'other-routes'; readonly fields: readonly string[] }
  /** Its Deployment cannot be resumed while pods of others are behind the Service. */
  | {
      readonly code: 'not-alone';
      readonly version: string;
      readonly deployment: string;
      readonly others: readonly string[];
    }
  | { readonly code: 'steps-changed'; readonly began: readonly string[]; readonly found: readonly string[] }
  /** The other version has no available pod. */
  | { readonly code: 'only-healthy'; readonly split: Split }
  /** Without a release on record probes recognise nothing. */
  | { readonly code: 'probes-cannot-tell'; readonly split: Split }
  | { readonly code: 'unsafe-write'; readonly action: Action; readonly violation: Violation };

/** Why the driver does not put a deleted object back by itself. */
export type DeletedWhy = 'again' | 'no-copy' | 'no-subset';

/** A safety invariant that a write would break (see guard.ts). */
export type Violation = { readonly version: string } & (
  | { readonly invariant: 'S1'; readonly code: 'whole-service' }
  /** Its subset chooses all pods of the Service. */
  | { readonly invariant: 'S1'; readonly code: 'chooses-all'; readonly beside: string }
  /** Its pods are not all of the template by which its subset would choose them, or will not stay so. */
  | { readonly invariant: 'S1'; readonly code: 'rolling' }
  /** Its subset chooses pods by their template, or may do so at a proxy. */
  | { readonly invariant: 'S1'; readonly code: 'chosen-by-template'; readonly proxy: string | undefined }
  | { readonly invariant: 'S1'; readonly code: 'not-ready-at'; readonly proxy: string | undefined }
  | { readonly invariant: 'S2'; readonly code: 'routed' }
  | { readonly invariant: 'S2'; readonly code: 'named-elsewhere'; readonly by: readonly string[] }
  | { readonly invariant: 'S2'; readonly code: 'may-be-routed-at'; readonly proxy: string | undefined }
  | { readonly invariant: 'S2'; readonly code: 'may-be-held'; readonly longestMs: number }
  | { readonly invariant: 'S3'; readonly code: 'not-idle'; readonly windowMs: number }
  | { readonly invariant: 'S3'; readonly code: 'connecting' }
  | { readonly invariant: 'S4'; readonly code: 'no-release' }
  | { readonly invariant: 'S4'; readonly code: 'few-pods'; readonly available: number; readonly needed: number }
);

/** `isOwn`: this driver made the last write. Otherwise it was so when it looked, whoever made it so. */
export type DoneReason = {
  readonly split: Split;
  readonly evidence: Grade;
  readonly isOwn: boolean;
  /** Proxies that were not asked, and who said so, in words. */
  readonly without?: readonly string[];
  /** Requests that were in flight to a version when it was removed, as a person accepted. */
  readonly losses?: readonly Loss[];
} & (
  | { readonly outcome: 'completed' }
  /** Versions that have no traffic and are drained, and that others remove. The release stays on record. */
  | { readonly outcome: 'drained'; readonly left: readonly string[]; readonly counted?: 'proxies' }
  | { readonly outcome: 'aborted'; readonly cause: TurnReason | undefined }
);

export const act = (action: Action, ...because: readonly Reason[]): Decision => ({ kind: 'act', action, because });
export const waitFor = (wait: Wait, limitMs?: number, ask: readonly string[] = []): Waiting => ({
  kind: 'wait',
  wait,
  limitMs,
  ask,
});
export const hold = (because: HoldReason): Decision => ({ kind: 'hold', because });
export const done = (because: DoneReason): Decision => ({ kind: 'done', because });
