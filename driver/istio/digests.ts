/**
 * Whether the two edited objects are as handover wrote them. The record has the digest of the VirtualService, which it is
 * written with. The DestinationRule is another object, so each write of it leaves a note in it: no kill can come between a
 * write and its digest. Until a release has written it, the record says how it was.
 */
import type { ObservedRoute, ObservedSubsets, WrittenNote } from './observation';
import type { ReleaseRecord } from './record';
import type { InstalledObservation } from './rules/situation';

export interface Change {
  readonly of: 'route' | 'subsets';
  /** Who wrote the object last. When that is handover, what it sent was changed on its way, by a webhook or a policy. */
  readonly by: string;
}

/** What differs from what was written (S5); undefined: nothing. */
export function changeOf({ route, subsets }: InstalledObservation, record: ReleaseRecord): Change | undefined {
  if (isRouteChanged(route, record)) return { of: 'route', by: route.changedBy };
  return isRuleChanged(subsets, record) ? { of: 'subsets', by: subsets.changedBy } : undefined;
}

/** Another marker, or the same with another spec: a person may edit weights and leave names as they are. */
function isRouteChanged(route: ObservedRoute, { marker, digests }: ReleaseRecord): boolean {
  return route.marker !== marker || (digests.route !== undefined && route.digest !== digests.route);
}

function isRuleChanged({ digest, written }: ObservedSubsets, { id, digests }: ReleaseRecord): boolean {
  const expected = written?.release === id ? written.digest : digests.subsets;
  return expected !== undefined && digest !== expected;
}

/** As an annotation. */
export function formatNote({ release, digest, isRestored }: WrittenNote): string {
  return `${release}.${digest}${isRestored ? '.restored' : ''}`;
}

/** Undefined also for a note that somebody damaged: then the record tells. */
export function parseNote(annotation = ''): WrittenNote | undefined {
  const [release, digest, restored] = annotation.split('.');
  if (release === undefined || digest === undefined) return undefined;
  return { release, digest, isRestored: restored !== undefined };
}
