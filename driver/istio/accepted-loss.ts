/**
 * A service of WebSockets or streams is never idle. So a person may accept that requests in flight to a version that leaves are cut
 * off (docs/runbook.md): never more than were counted, at pods and at proxies, and never while somebody cannot say how many.
 */
import * as z from 'zod';
import { isAcceptLoss, type AcceptLoss, type Exception } from './exceptions';
import { isRead, requestsAt, type InFlight, type Observation } from './observation';
import type { ReleaseRecord } from './record';

/** Requests in flight to a version, as far as they can be told. `atProxies` is absent when proxies are not read. */
export interface InFlightCount {
  readonly atPods: InFlight | 'not counted';
  readonly atProxies?: number | 'unknown';
}

/** A pod or a proxy that could not be asked may have a request: say so instead of a number (S6). */
export function countInFlight(version: string, seen: Observation): InFlightCount {
  const atPods = seen.inFlight[version] ?? ('not counted' as const);
  if (seen.evidence !== 'proxy') return { atPods };
  if (!seen.proxies.every(isRead)) return { atPods, atProxies: 'unknown' as const };
  const counts = seen.proxies.map((proxy) => requestsAt(proxy, version) ?? NaN);
  const atProxies = counts.reduce((sum, count) => sum + count, 0);
  if (!Number.isNaN(atProxies)) return { atPods, atProxies };
  // A look that asked no pod asked no proxy for its counts.
  return atPods === 'not counted' ? { atPods } : { atPods, atProxies: 'unknown' as const };
}

/** A request that both count is one request. Undefined when not all could be asked: that may be any number. */
export function wholeCount({ atPods, atProxies }: InFlightCount): number | undefined {
  return typeof atPods === 'number' && typeof atProxies === 'number' ? Math.max(atPods, atProxies) : undefined;
}

/** What would be cut off now, and who accepted it; undefined when nobody did, or when it is more, or cannot be told. */
export function acceptedLoss(
  version: string,
  { record, seen }: { readonly record: ReleaseRecord; readonly seen: Observation },
): Loss | undefined {
  // A version that is called drained has nothing in flight.
  if (record.until === 'drained') return undefined;
  const accepted = acceptanceOf(version, record.exceptions);
  const inFlight = wholeCount(countInFlight(version, seen));
  if (!accepted || inFlight === undefined || inFlight > accepted.count) return undefined;
  return { code: 'accept-loss', version, inFlight, accepted: accepted.count, by: accepted.by };
}

/** On record among what persons accepted, in the history, and in the outcome. */
const lossFields = z.object({
  code: z.literal('accept-loss'),
  version: z.string(),
  /** When it was removed. */
  inFlight: z.number(),
  accepted: z.number(),
  by: z.string(),
});

export type Loss = Readonly<z.output<typeof lossFields>>;

/** Of a release: what was in flight to its versions when they were removed. */
export function lossesOf({ accepted = [] }: Pick<ReleaseRecord, 'accepted'>): Loss[] {
  return accepted.filter(isLoss);
}

/** What stands among what persons accepted may be of another handover. */
export function isLoss(one: unknown): one is Loss {
  return lossFields.safeParse(one).success;
}

function acceptanceOf(version: string, exceptions: readonly Exception[] = []): AcceptLoss | undefined {
  return exceptions.filter(isAcceptLoss).find((one) => one.version === version);
}
