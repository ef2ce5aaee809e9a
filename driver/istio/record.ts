/**
 * What the cluster remembers of a release under way: an annotation on the VirtualService, written in the same request as
 * the route that it describes, so that the two never disagree. The driver itself remembers nothing between two runs. state.ts has
 * a copy of it, and what outlives it.
 */
import * as z from 'zod';
import { annotations, grades, Refusal } from '../../model';
import { exception } from './exceptions';

/** promote passes one pause, promote-full skips the remaining steps. */
const verb = z.enum(['promote', 'promote-full', 'abort']);

/** Why a release leaves its course, as a code and its fields. */
export const turnReasonFields = z.discriminatedUnion('code', [
  /** `by`: who left the request, as the API server knows them. */
  z.object({ code: z.literal('operator-asked'), verb, by: z.string().optional() }),
  z.object({ code: z.literal('analysis-failed'), detail: z.string() }),
  z.object({ code: z.literal('no-available-pod'), version: z.string() }),
  z.object({
    code: z.literal('not-ready'),
    version: z.string(),
    seconds: z.number(),
    trouble: z.string().optional(),
  }),
]);

export type TurnReason = Readonly<z.output<typeof turnReasonFields>>;

/** What a person let pass, on record because an invariant or a rule was not asked then. Others may add codes of their own. */
export const acceptedFields = z.looseObject({ code: z.string() });

/** An object of a version. */
const versionObject = z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() });

/** What this handover writes and reads. It grows when an older one would carry on in a wrong way. */
export const recordSchema = 1;

/** Keys that this version does not know are left out: a newer handover may have written them. */
export const recordFields = z.object({
  /** Records from before there was a number have none. */
  schema: z.int().min(1).optional(),
  /** apply: make the file true; run: move from stable to canary by steps. */
  mode: z.enum(['apply', 'run', 'abort', 'promote']),
  stable: z.string(),
  canary: z.string(),
  /** 0: the new version is being added. n: the n-th step of the file; everything before it is complete. */
  step: z.int().min(0),
  /** The stages of the plan when the release began, in words: `step` is a place among them. */
  steps: z.array(z.string()).optional(),
  /** When this step began, ISO 8601, by the clock of the driver that wrote it: for people, and to tell two visits of a step apart. */
  since: z.string(),
  /** When the release began, ISO 8601. */
  began: z.string().optional(),
  /** Who began it: the user of the kubeconfig, and the holder of the lock. */
  by: z.string().optional(),
  /** Which command began it, where that has an identity that outlives a process, such as a Job. */
  command: z.string().optional(),
  /** By version, the objects that the manifests had when the release began: who has none of them can still remove a version. */
  objects: z.record(z.string(), z.array(versionObject)).optional(),
  /** The version that is replaced is left to others to remove, such as an agent that applies Git. */
  until: z.literal('drained').optional(),
  /** What persons accepted so far. */
  accepted: z.array(acceptedFields).optional(),
  /** Of this release: two releases never have a marker in common. */
  id: z.string().default('r'),
  /** Counts the route writes of this release: no two have the same marker, so no proxy's older copy is taken for a newer. */
  serial: z.int().min(0),
  /** The marker of the route as handover wrote it: another marker means that somebody else changed the route. */
  marker: z.string(),
  /** What the release was begun with, so that it can be steered without its file: see recorded-release.ts. */
  release: z.looseObject({ name: z.string(), namespace: z.string() }).optional(),
  /** Of the specs: the VirtualService's as it was sent, the DestinationRule's as it was seen then (see digests.ts). */
  digests: z.object({ route: z.string().optional(), subsets: z.string().optional() }).default({}),
  /** Of the VirtualService, as this record was sent with it: another one means that somebody has written the spec since. */
  generation: z.int().optional(),
  /** Of an apply: versions that its plan removes. One that appears later is somebody's who prepares it. */
  leaving: z.array(z.string()).optional(),
  /** Pods that carry all traffic, as they were when the release began. */
  podsForAll: z.int().min(1),
  /** By adopted version: the minimum of what scales it when the release began. No manifest says it. */
  minimums: z.record(z.string(), z.int().min(1)).optional(),
  /**
   * By which pod-template-hash the subset of the adopted version chose its pods when the route was written with this serial; '': by
   * none. A proxy that has that route, or a later one, has the subset so.
   */
  chosen: z.object({ hash: z.string(), serial: z.int() }).optional(),
  /** By version that leaves: when the last proxy had been seen off the route to it, ISO 8601, by the API server's clock. */
  unrouted: z.record(z.string(), z.iso.datetime()).optional(),
  /**
   * Versions that every proxy has: those of the live route that all had when the release began, and those that a route of this
   * release has named. Not those whose subset was seen missing since.
   */
  kept: z.array(z.string()).optional(),
  /** By what evidence each step was complete that is. */
  evidence: z.array(z.enum(grades)).default([]),
  /** Why the mode is abort. */
  cause: turnReasonFields.optional().catch(undefined),
  /** What a person has taken upon themselves for this release. */
  exceptions: z.array(exception).optional(),
  /** The last operator request that was carried out. */
  handled: z.string().optional(),
});

export type ReleaseRecord = Readonly<z.output<typeof recordFields>>;

/**
 * What every later schema keeps, in the same meaning, so that this handover can carry out an abort. What it cannot read of the
 * rest is as at the beginning of a release.
 */
const lasting = recordFields.extend({
  mode: recordFields.shape.mode.catch('run'),
  step: recordFields.shape.step.catch(0),
  steps: recordFields.shape.steps.catch(undefined),
  since: recordFields.shape.since.catch(''),
  evidence: recordFields.shape.evidence.catch([]),
  objects: recordFields.shape.objects.catch(undefined),
  until: recordFields.shape.until.catch(undefined),
  accepted: recordFields.shape.accepted.catch(undefined),
});

/** A record as this handover writes it; of a newer one what lasts. */
export const anyRecordFields = z.union([recordFields, lasting]);

/** True of a record whose meaning this handover does not know in full: an abort is all that it may carry out. */
export function isNewer({ schema = recordSchema }: Pick<ReleaseRecord, 'schema'>): boolean {
  return schema > recordSchema;
}

const request = z.strictObject({
  id: z.string(),
  /** grant: nothing but its exceptions. */
  verb: z.enum([...verb.options, 'grant']),
  /** The id of the release that it is for: the next one must not obey it. */
  release: z.string().optional(),
  /** Who left it, as the API server knows them. */
  by: z.string().optional(),
  /** Of the VirtualService's spec when the request was left: its operator has seen what others had changed by then. */
  digest: z.string().optional(),
  /** What whoever left it takes upon themselves. Never of an abort: an older handover that drives could not read it. */
  exceptions: z.array(exception).optional(),
});

export type OperatorRequest = Readonly<z.output<typeof request>>;
export type Verb = z.output<typeof verb>;

/** Undefined when the annotation is absent. Throws a Refusal when it is no record that this handover can read. */
export function parseRecord(annotation: string | undefined): ReleaseRecord | undefined {
  if (annotation === undefined) return undefined;
  const value = jsonOf(annotation);
  const result = (hasNewerSchema(value) ? lasting : recordFields).safeParse(value);
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

export function newerRecord({ schema }: Pick<ReleaseRecord, 'schema'>): Refusal {
  const fix = 'use the handover that began the release; handover abort works with this one, too';
  return new Refusal('newer-record', `a record of the schema ${recordSchema} or older`, `the schema ${schema}`, fix);
}

function hasNewerSchema(value: unknown): boolean {
  const { data } = z.object({ schema: z.int() }).safeParse(value);
  return data !== undefined && isNewer(data);
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

/** Of this release, and not yet carried out. */
export function isOpen(request: OperatorRequest | undefined, record: ReleaseRecord): request is OperatorRequest {
  return request !== undefined && isFor(request, record) && request.id !== record.handled;
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
  const abortWaits = left?.verb === 'abort' && record && isOpen(left, record);
  if (!abortWaits || request.verb === 'abort') return;
  throw new Refusal('abort-waits', 'no abort that waits to be carried out', 'one', 'let it end, then run again');
}
