/**
 * An exception is on record before anything rests on it: one of this driver's own command, or one that another process has handed over
 * by a request, as nobody would stop a driver that waits only to say something to it.
 */
import { act, type Decision } from './decision';
import { isAcceptLoss, isWithoutProxy, mergedExceptions, type Exception } from './exceptions';
import type { ObservedRoute } from './observation';
import { isOpen, type ReleaseRecord } from './record';

export function grant(
  record: ReleaseRecord,
  { request }: Pick<ObservedRoute, 'request'>,
  given: readonly Exception[] = [],
): Decision | undefined {
  const { exceptions: known = [] } = record;
  const asked = isOpen(request, record) ? request : undefined;
  const exceptions = mergedExceptions(known, given, asked?.exceptions);
  const added = exceptions.filter((one) => !known.includes(one));
  // Whoever left it waits until it is taken, also when all of it was on record before.
  const taken = asked?.verb === 'grant' ? { handled: asked.id } : undefined;
  if (added.length === 0 && !taken) return undefined;
  const told = added.length > 0 ? added : (asked?.exceptions ?? []);
  return act({ kind: 'write-record', record: { ...record, exceptions, ...taken } }, ...reasonsOf(told));
}

function reasonsOf(exceptions: readonly Exception[]) {
  const proxies = exceptions.filter(isWithoutProxy).map(({ proxy }) => proxy);
  return [
    ...(proxies.length > 0 ? [{ code: 'left-out', proxies } as const] : []),
    ...exceptions
      .filter(isAcceptLoss)
      .map(({ version, count, by }) => ({ code: 'loss-accepted', version, count, by }) as const),
  ];
}
