/**
 * What outlives the record on the VirtualService: a copy of it, how a release was about to end, and the history of releases. It is in
 * the ConfigMap `handover-state-NAME`. What is here was observed; nothing in it is a wish, but `ending`, which says so.
 */
import * as z from 'zod';
import { grades, sameSplit, type Split } from '../../model';
import { acceptedFields, anyRecordFields, recordFields, turnReasonFields, type ReleaseRecord } from './record';

/** How the traffic was split from when on, as a look saw it. */
const shareFields = z.object({ at: z.iso.datetime(), split: z.record(z.string(), z.number()) });

/** A release that is over. */
const pastFields = z.object({
  id: z.string(),
  mode: recordFields.shape.mode,
  from: z.string(),
  to: z.string(),
  /** ISO 8601. */
  began: z.string().optional(),
  ended: z.string(),
  /** Who began it, as far as that is known. */
  by: z.string().optional(),
  command: z.string().optional(),
  /** superseded: its record was taken away before it had ended, and another release began. */
  outcome: z.enum(['completed', 'aborted', 'superseded']),
  /** Why it was aborted. */
  cause: turnReasonFields.optional().catch(undefined),
  /** By what evidence each step was complete that was. */
  evidence: z.array(z.enum(grades)).default([]),
  accepted: z.array(acceptedFields).default([]),
  /** Absent in the history of an older handover. */
  shares: z.array(shareFields).optional().catch(undefined),
});

export type Share = Readonly<z.output<typeof shareFields>>;
export type PastRelease = Readonly<z.output<typeof pastFields>>;

const currentFields = z.object({
  record: anyRecordFields,
  /** The last write of the release, written down before it is made: who finds no record knows by this how it was ending. */
  ending: z.object({ marker: z.string(), split: z.record(z.string(), z.number()) }).optional(),
  /** How long the step that began at `since` has been watched, by each driver's own clock. */
  watched: z.object({ since: z.string(), ms: z.number() }).optional(),
  /** Of which resourceVersions the two objects were copied last. */
  of: z.object({ route: z.string().optional(), subsets: z.string().optional() }).default({}),
  shares: z.array(shareFields).optional().catch(undefined),
  /** Objects that somebody deleted and the driver has put back. */
  restored: z.array(z.enum(['route', 'subsets'])).default([]),
});

export type CurrentRelease = Readonly<z.output<typeof currentFields>>;
export type Restorable = CurrentRelease['restored'][number];

export const stateFields = z.object({
  current: currentFields.optional(),
  history: z.array(pastFields).default([]),
});

export interface State {
  /** The release under way, or whose end has not been seen everywhere. */
  readonly current?: CurrentRelease;
  readonly history: readonly PastRelease[];
}

/** As many releases as anybody looks back to. The ConfigMap has a limit, too. */
const longestHistory = 20;

/** The newest is last. */
export function withPast(history: readonly PastRelease[], past: PastRelease): PastRelease[] {
  return [...history.filter(({ id }) => id !== past.id), past].slice(-longestHistory);
}

/** Of a release that goes to and fro: where it began stays, and how it went in the end. */
const mostShares = 100;

/** Only when it is another one than before. */
export function withShare(known: readonly Share[] = [], split: Split, atMs: number): Share[] {
  const last = known.at(-1);
  if (last && sameSplit(last.split, split)) return [...known];
  const all = [...known, { at: new Date(atMs).toISOString(), split }];
  return all.length <= mostShares ? all : [...all.slice(0, 1), ...all.slice(1 - mostShares)];
}

export function pastOf(
  record: ReleaseRecord,
  outcome: PastRelease['outcome'],
  endedMs: number,
  shares?: readonly Share[],
): PastRelease {
  const { id, mode, stable: from, canary: to, began, by, command, cause, evidence, accepted = [] } = record;
  const ended = new Date(endedMs).toISOString();
  return {
    id,
    mode,
    from,
    to,
    began,
    ended,
    by,
    command,
    outcome,
    cause: cause && shortened(cause),
    evidence,
    accepted,
    ...(shares && { shares: [...shares] }),
  };
}

/** A sentence of an analysis may quote a whole answer. */
function shortened(cause: NonNullable<ReleaseRecord['cause']>): NonNullable<ReleaseRecord['cause']> {
  const short = (text: string) => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);
  return 'detail' in cause ? { ...cause, detail: short(cause.detail) } : cause;
}

const longestText = 500;
