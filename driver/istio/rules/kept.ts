/**
 * S1: a version that a route of this release has named, and whose subset has stayed, is in use at every proxy that had that route.
 * So an abort is not held up by one proxy that cannot be read.
 */
import { act } from '../decision';
import { weightOf } from '../../../model';
import type { ReleaseRecord } from '../record';
import type { InstalledObservation, Rule } from './situation';

interface Kept {
  readonly record: ReleaseRecord;
  readonly seen: Pick<InstalledObservation, 'route' | 'subsets'>;
}

export function wasKept(version: string, { record, seen: { route, subsets } }: Kept): boolean {
  return weightOf(route.split, version) > 0 || (isOnRecord(version, record) && subsets.versions.includes(version));
}

/** Before its subset is added again: from then on nobody knows which proxies have it. */
export const forgetKept: Rule = ({ record, goal, seen }) => {
  const gone = goal.versions.filter((one) => isOnRecord(one, record) && !seen.subsets.versions.includes(one));
  if (gone.length === 0) return undefined;
  const kept = record.kept?.filter((version) => !gone.includes(version));
  return act({ kind: 'write-record', record: { ...record, kept } }, { code: 'subset-gone', versions: gone });
};

/** A record of an older handover tells nothing: then each version is asked for. */
export function isOnRecord(version: string, { kept = [] }: ReleaseRecord): boolean {
  return kept.includes(version);
}

/** The part of the record that a write of the route changes. */
export function whenNamed({ kept = [] }: ReleaseRecord, versions: readonly string[]) {
  return { kept: [...new Set([...kept, ...versions])] };
}
