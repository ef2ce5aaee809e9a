/**
 * What a person takes upon themselves for one release. Each exception names the invariant that it is from, who granted it and a
 * number. It is on record, so that a driver that is started again knows it, and the guard is given it with each write.
 */
import * as z from 'zod';

const granted = { by: z.string(), at: z.string() };

export const exception = z.discriminatedUnion('code', [
  /** S3: so many requests in flight to a version may be cut off when its pods are removed. Never more than were counted. */
  z.object({
    code: z.literal('accept-loss'),
    invariant: z.literal('S3'),
    version: z.string(),
    count: z.int(),
    ...granted,
  }),
  /**
   * S9: this one pod cannot be asked, or has nothing of the route and never will: a person has looked. One that shows something of
   * the route counts again.
   */
  z.object({
    code: z.literal('without-proxy'),
    invariant: z.literal('S9'),
    proxy: z.string(),
    count: z.literal(1),
    ...granted,
  }),
]);

export type Exception = Readonly<z.output<typeof exception>>;

type WithoutProxy = Extract<Exception, { readonly code: 'without-proxy' }>;
export type AcceptLoss = Extract<Exception, { readonly code: 'accept-loss' }>;

export const isWithoutProxy = (one: Exception): one is WithoutProxy => one.code === 'without-proxy';
export const isAcceptLoss = (one: Exception): one is AcceptLoss => one.code === 'accept-loss';

/** Each once: the first who granted it is on record, unless a later one says another number. */
export function mergedExceptions(...lists: readonly (readonly Exception[] | undefined)[]): Exception[] {
  const merged = new Map<string, Exception>();
  for (const one of lists.flatMap((list) => list ?? []))
    if (merged.get(subjectOf(one))?.count !== one.count) merged.set(subjectOf(one), one);
  return [...merged.values()];
}

/** Each of them, with its number, whoever granted it. */
export function areAmong(exceptions: readonly Exception[], known: readonly Exception[]): boolean {
  return exceptions.every((one) =>
    known.some((other) => subjectOf(other) === subjectOf(one) && other.count === one.count),
  );
}

function subjectOf(one: Exception): string {
  return `${one.code} ${isWithoutProxy(one) ? one.proxy : one.version}`;
}
