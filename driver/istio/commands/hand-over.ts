/**
 * `handover run VERSION` and `apply` while another driver has the lock: what their person takes upon themselves (`--accept-loss`,
 * `--without-proxy`) is handed over to it, as a request.
 */
import { randomUUID } from 'node:crypto';
import type { Release } from '../../../model';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import { exceptionsOf, gateLimitMs, type Options } from '../../options';
import type { Cluster } from '../cluster';
import { isWithoutProxy, type Exception } from '../exceptions';
import { follow, requestTaken } from './follow';

/** The ending of this command. It did not get the lock and has released nothing, whatever the other driver does. */
export async function handOver(
  io: Io,
  options: Options,
  { release, cluster }: { readonly release: Release; readonly cluster: Cluster },
  ending: Ending,
): Promise<Ending> {
  const exceptions = exceptionsOf(io, options, cluster.user);
  if (ending.outcome !== 'locked' || exceptions.length === 0) return ending;
  const given = exceptions.map(asOption).join(' ');
  const record = await cluster.recordOf(release);
  if (!record)
    return {
      ...ending,
      because: `${ending.because}; its release has no record yet, so it did not get ${given}: run the same command again`,
    };
  const request = { id: randomUUID(), verb: 'grant', release: record.id, by: cluster.user, exceptions } as const;
  await cluster.leaveRequest(release, request);
  io.err(`${ending.because}; ${given} is handed over to that driver\n`);
  const sinceMs = io.clock.monotonicMs();
  const untilMs = sinceMs + gateLimitMs(options);
  const taken = await follow(io, { release, cluster, record, request, sinceMs, untilMs });
  if (taken.code !== requestTaken) return taken;
  return { ...ending, because: `${ending.because}; it goes on, and has ${given} on record` };
}

function asOption(one: Exception): string {
  return isWithoutProxy(one) ? `--without-proxy ${one.proxy}` : `--accept-loss ${one.version}=${one.count}`;
}
