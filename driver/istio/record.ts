/**
 * What the cluster remembers of a release under way: an annotation on the VirtualService, written in the same request as
 * the route that it describes, so that the two never disagree. The driver itself remembers nothing between two runs.
 */
import { z } from 'zod';
import { grades } from '../../model';

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
  /** The last operator request that was carried out. */
  handled: z.string().optional(),
});

export type ReleaseRecord = Readonly<z.output<typeof record>>;

const request = z.strictObject({ id: z.string(), verb });

export type OperatorRequest = Readonly<z.output<typeof request>>;
export type Verb = OperatorRequest['verb'];

/** Undefined when the annotation is absent. Throws a SyntaxError when it is not one that handover wrote. */
export function parseRecord(annotation: string | undefined): ReleaseRecord | undefined {
  return parse(record, annotation);
}

export function parseRequest(annotation: string | undefined): OperatorRequest | undefined {
  return parse(request, annotation);
}

function parse<T>(schema: z.ZodType<T>, annotation: string | undefined): T | undefined {
  if (annotation === undefined) return undefined;
  const result = schema.safeParse(JSON.parse(annotation));
  if (result.success) return result.data;
  throw new SyntaxError(`expected what handover wrote, found ${annotation}: ${z.prettifyError(result.error)}`);
}
