/**
 * What the cluster remembers of a release under way: an annotation on the VirtualService, written in the same request as
 * the route that it describes, so that the two never disagree. The driver itself remembers nothing between two runs.
 */
import { z } from 'zod';
import { annotations, grades, Refusal } from '../../model';
import { exception } from './exceptions';

/** promote passes one pause, promote-full skips the remaining steps. */
const verb = z.enum(['promote', 'promote-full', 'abort']);

/** Why a release leaves its course, as a code and its fields. */
const turnReason = z.discriminatedUnion('code', [
  z.object({ code: z.literal('operator-asked'), verb }),
  z.object({ code: z.literal('analysis-failed'), detail: z.string() }),
  z.object({ code: z.literal('no-available-pod'), version: z.string() }),
  z.object({
    code: z.literal('not-ready'),
    version: z.string(),
    seconds: z.number(),
    trouble: z.string().optional(),
  }),
]);

export type TurnReason = Readonly<z.output<typeof turnReason>>;

/** Keys that this version does not know are left out: a newer handover may have written them. */
const record = z.object({
  /** apply: make the file true; run: move from stable to canary by steps. */
  mode: z.enum(['apply', 'run', 'abort', 'promote']),
  stable: z.string(),
  canary: z.string(),
  /** 0: the new version is being added. n: the n-th step of the file; everything before it is complete. */
  step: z.int().min(0),
  /** The stages of the plan when the release began, in words: `step` is a place among them. */
  steps: z.array(z.string()).optional(),
  /** When this step began, ISO 8601: pauses are measured from here, also by the next driver. */
  since: z.string(),
  /** Of this release: two releases never have a marker in common. */
  id: z.string().default('r'),
  /** Counts the route writes of this release: no two have the same marker, so no proxy's older copy is taken for a newer. */
  serial: z.int().min(0),
  /** The marker of the route as handover wrote it: another marker means that somebody else changed the route. */
  marker: z.string(),
  /** What the release was begun with, so that it can be steered without its file: see recorded-release.ts. */
  release: z.looseObject({ name: z.string(), namespace: z.string() }).optional(),
  /** Of the VirtualService's spec as it was sent. */
  digest: z.string().optional(),
  /** Pods that carry all traffic, as they were when the release began. */
  podsForAll: z.int().min(1),
  /** By what evidence each step was complete that is. */
  evidence: z.array(z.enum(grades)).default([]),
  /** Why the mode is abort. */
  cause: turnReason.optional().catch(undefined),
  /** What a person has taken upon themselves for this release. */
  exceptions: z.array(exception).optional(),
  /** The last operator request that was carried out. */
  handled: z.string().optional(),
});

export type ReleaseRecord = Readonly<z.output<typeof record>>;

const request = z.strictObject({
  id: z.string(),
  verb,
  /** The id of the release that it is for: the next one must not obey it. */
  release: z.string().optional(),
});

export type OperatorRequest = Readonly<z.output<typeof request>>;
export type Verb = OperatorRequest['verb'];

/** Undefined when the annotation is absent. Throws a Refusal when it is no record that this handover can read. */
export function parseRecord(annotation: string | undefined): ReleaseRecord | undefined {
  if (annotation === undefined) return undefined;
  const result = record.safeParse(jsonOf(annotation));
  if (result.success) return result.data;
  const found = `${annotation}: ${z.prettifyError(result.error)}`;
  const fix = `use the handover that wrote it; or look at the route, and take the annotation ${annotations.release} away`;
  throw new Refusal('record-unreadable', 'what handover wrote as the record of the release', found, fix);
}

/**
 * Undefined for a request that this handover cannot read, too. Nobody carries it out, whoever left it is told so by the limit of
 * the wait, and the next request takes its place: a misspelt note must not stand in the way of an abort.
 */
export function parseRequest(annotation: string | undefined): OperatorRequest | undefined {
  return annotation === undefined ? undefined : request.safeParse(jsonOf(annotation)).data;
}

function jsonOf(annotation: string): unknown {
  try {
    return JSON.parse(annotation);
  } catch {
    return undefined;
  }
}

/** A request of an older handover names no release. */
export function isFor({ release }: OperatorRequest, { id }: ReleaseRecord): boolean {
  return release === undefined || release === id;
}

/**
 * Throws a Refusal when the request may not be left: its release has ended since its operator looked, or an abort waits to be
 * carried out, which no promotion may take away.
 */
export function refuseRequest(
  request: OperatorRequest,
  live: { readonly record: ReleaseRecord | undefined; readonly request: OperatorRequest | undefined },
): void {
  const { record, request: left } = live;
  if (request.release !== undefined && record?.id !== request.release) {
    const fix = 'look at what is live: handover status';
    throw new Refusal('nothing-under-way', 'the release that was under way a moment ago', 'that it has ended', fix);
  }
  const abortWaits = left?.verb === 'abort' && record && isFor(left, record) && left.id !== record.handled;
  if (!abortWaits || request.verb === 'abort') return;
  throw new Refusal('abort-waits', 'no abort that waits to be carried out', 'one', 'let it end, then run again');
}
