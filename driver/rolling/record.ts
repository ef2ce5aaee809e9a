/**
 * What the cluster remembers of updates: which ReplicaSets once had all their pods, and a return that is under way. Without
 * it a rollback that was cut off would be forgotten, and an update that was cut off would pass for a version that worked.
 */
import * as z from 'zod';
import { messageOf, Refusal } from '../../model';

const failure = z.union([
  z.object({
    code: z.literal('deadline-missed'),
    version: z.string(),
    deadlineSeconds: z.number(),
    trouble: z.any().optional(),
  }),
  z.object({ code: z.literal('trouble'), version: z.string(), trouble: z.any() }),
]);

const returning = z.object({
  /** The ReplicaSet to return to, and its version. */
  to: z.string(),
  version: z.string(),
  /** The version that is left. */
  from: z.string(),
  /** What led there; left out: a person asked for it. */
  failure: failure.optional(),
});

const updateRecord = z.object({
  schema: z.literal(1),
  /** Names of ReplicaSets; the one that was complete last comes last. */
  complete: z.array(z.string()),
  returning: returning.optional(),
});

export type Returning = z.output<typeof returning>;
export type UpdateRecord = z.output<typeof updateRecord>;

export const emptyRecord: UpdateRecord = { schema: 1, complete: [] };

/** Kubernetes keeps fewer old ReplicaSets than this. */
const mostComplete = 20;

export function withComplete(record: UpdateRecord, replicaSet: string): UpdateRecord {
  const others = record.complete.filter((name) => name !== replicaSet);
  return { ...record, complete: [...others, replicaSet].slice(-mostComplete) };
}

export function withReturning(record: UpdateRecord, returning: Returning): UpdateRecord {
  return { ...record, returning };
}

export function withoutReturning({ schema, complete }: UpdateRecord): UpdateRecord {
  return { schema, complete };
}

/** Throws a Refusal for a text that this handover did not write: what it says of a return cannot be guessed. */
export function parseRecord(text: string, where: string): UpdateRecord {
  try {
    return updateRecord.parse(JSON.parse(text));
  } catch (error) {
    const fix = `use the handover that wrote it; or see what is live, then delete ${where}`;
    throw new Refusal('record-unreadable', `a record of rolling updates in ${where}`, messageOf(error), fix);
  }
}
