/**
 * What a person has judged instead of handover. Each exception says which invariants it loosens, for what, and who granted it. It
 * is on record with the release, and the guard asks for it.
 */
import { z } from 'zod';

export const exception = z.object({
  /** S1 to S3: this proxy is not asked, and nothing waits for it. */
  code: z.literal('without-proxy'),
  /** POD.NAMESPACE */
  proxy: z.string(),
  by: z.string(),
});

export type Exception = Readonly<z.output<typeof exception>>;

/** Each proxy once; the first who said so is on record. */
export function mergedExceptions(...lists: readonly (readonly Exception[] | undefined)[]): Exception[] {
  const all = lists.flatMap((list) => list ?? []);
  return all.filter(({ proxy }, index) => all.findIndex((other) => other.proxy === proxy) === index);
}

export function describeException({ proxy, by }: Exception): string {
  return `${proxy}, which ${by} left out`;
}
