/** A plan as data: what both kinds of release print, and what `plan --json` has. */
/** What a write does to its objects. */
export type PlannedChange = 'create' | 'change' | 'remove';

export type PlanLine =
  | {
      readonly kind: 'write';
      readonly what: string;
      readonly because: string;
      readonly change: PlannedChange;
      /** Kind/name of each. Undefined: it is not known here which they are. */
      readonly objects?: readonly string[];
      /** Where requests go from then on; undefined while it moves none. */
      readonly traffic?: string;
    }
  | {
      readonly kind: 'wait';
      readonly what: string;
      /** How long it takes at least; undefined where nothing is certain. */
      readonly seconds?: number;
      /** A person ends it. */
      readonly until?: 'promoted';
    }
  | { readonly kind: 'measure'; readonly what: string; readonly seconds?: number }
  | PlanDifference;

/** How an object will differ from what is live, with --diff. Values that may be secrets are masked. */
export interface PlanDifference {
  readonly kind: 'difference';
  readonly change: PlannedChange;
  /** Kind/name */
  readonly object: string;
  /** No release writes it: whoever installs does. */
  readonly leftTo?: 'owner';
  /** Of one that is changed. */
  readonly fields?: readonly { readonly path: string; readonly live: string; readonly after: string }[];
  /** Of one that is created. */
  readonly manifest?: object;
}

export interface Plan {
  readonly lines: readonly PlanLine[];
  /** Why it cannot be carried out to its end; undefined when it can. */
  readonly obstacle: string | undefined;
}
