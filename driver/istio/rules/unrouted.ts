/**
 * When the last proxy was seen off the route to a version that leaves is put on record: a driver that is started again does not
 * begin anew with the time that a request may be held (held.ts).
 */
import { act } from '../decision';
import type { ReleaseRecord } from '../record';
import { afterLook } from '../server-time';
import { stillRouted, withoutVersions } from './held';
import { leaving } from './remove';
import type { Rule, Situation } from './situation';

export const noteUnrouted: Rule = (situation) => {
  const { record, seen } = situation;
  const going = leaving(situation).filter((version) => !seen.workloads[version]?.isGone);
  const off = going.filter((version) => !isNoted(version, record) && stillRouted(version, situation).length === 0);
  const back = going.filter((version) => isNoted(version, record) && isBack(version, situation));
  if (off.length === 0 && back.length === 0) return undefined;
  const noted = Object.fromEntries(off.map((version) => [version, afterLook(seen)]));
  const unrouted = { ...withoutVersions(record.unrouted, back), ...noted };
  return act({ kind: 'write-record', record: { ...record, unrouted } }, { code: 'unrouted', off, back });
};

/** One that cannot be asked now was seen off the route, and no write has put it back. */
function isBack(version: string, situation: Situation): boolean {
  return stillRouted(version, situation).some(({ code }) => code === 'names-version' || code === 'old-route');
}

function isNoted(version: string, { unrouted }: ReleaseRecord): boolean {
  return unrouted?.[version] !== undefined;
}
