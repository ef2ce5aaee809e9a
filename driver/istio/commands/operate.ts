/**
 * `handover promote [--full] | abort`: leaves the request in the cluster, where the driver that holds the lock finds it. When
 * no driver runs, this one carries it out. With a name instead of a file it needs nothing but a kubeconfig.
 */
import { Refusal } from '../../../model';
import type { Ending } from '../../core/ending';
import { endWith } from '../../core/end-with';
import type { Io } from '../../io';
import { exceptionsOf, gateLimitMs, refuseUnprobed, type Options } from '../../options';
import { objectsAlone } from '../cluster';
import { foundSo } from '../drive';
import { endedByHistory } from '../ended-by-history';
import { endInFiles, isInFiles } from '../files/end-in-files';
import type { OperatorRequest, ReleaseRecord, Verb } from '../record';
import { driveRelease, lookAt, passPreflight } from './drive-release';
import { follow, otherDriver } from './follow';
import { printPlanOf } from './plan';
import { requestFor } from './request';
import { releaseToAbort, steeredRelease, type Steered } from './steered-release';

export async function operateCommand(io: Io, options: Options, verb: Verb, name: string): Promise<number> {
  const steered = await (verb === 'abort' ? releaseToAbort : steeredRelease)(io, options, name);
  const { record, request: asked } = await requestFor(steered.cluster, steered.release, verb);
  const exceptions = verb === 'abort' ? [] : exceptionsOf(io, options, steered.cluster.user);
  const request = { ...asked, ...(exceptions.length > 0 && { exceptions }) };
  // A mistake of the command line must be told before the request is left.
  const limitMs = gateLimitMs(options);
  refuseUnprobed(steered.release, options);
  if (options.dryRun) return planned(io, options, steered, request);
  // Nothing but its own looks may hold up an abort: it names a proxy that it cannot read while it goes on.
  if (verb !== 'abort') await passPreflight(io, options, steered.release, { kind: 'resume' }, steered);
  await steered.cluster.leaveRequest(steered.release, request);
  return carryOut(io, options, { steered, record, request, limitMs });
}

interface Asked {
  readonly steered: Steered;
  readonly record: ReleaseRecord;
  readonly request: OperatorRequest;
  readonly limitMs: number;
}

/** The lock of a driver that was killed lasts 15 s from its last sign of life. */
const turnMs = 5_000;

/** Whoever has the lock may be dead, or give up: then this one goes on, and nobody waits for it in vain. */
async function carryOut(io: Io, options: Options, asked: Asked): Promise<number> {
  const { steered, record, request, limitMs } = asked;
  const sinceMs = io.clock.monotonicMs();
  const endMs = sinceMs + limitMs;
  for (let isTold = false; ; isTold = true) {
    const driven = await driveRelease(io, options, steered.release, { kind: 'resume' }, steered).catch(
      (error: unknown) => whenForbidden(io, error, steered, record),
    );
    // Somebody else's end must not be written to files as if it were this one's: it may have been an abort.
    if (driven.outcome !== 'locked' && driven.code !== foundSo) return finish(io, options, asked, driven);
    if (driven.outcome === 'locked' && !isTold)
      io.err(`${driven.because}; that driver carries out the request${unheard(request, options, record)}\n`);
    // Only a lock may become free: what was found so stays as it is.
    const untilMs = driven.outcome === 'locked' ? Math.min(endMs, io.clock.monotonicMs() + turnMs) : endMs;
    const followed = await follow(io, { ...steered, record, request, sinceMs, untilMs });
    if (followed.code !== otherDriver || untilMs === endMs) return endWith(io, followed, options.json);
  }
}

/** People on call may ask, and not drive: the lock is free when no driver runs, or when one has just ended the release. */
async function whenForbidden(
  io: Io,
  error: unknown,
  { cluster, release }: Steered,
  record: ReleaseRecord,
): Promise<Ending> {
  if (!(error instanceof Refusal) || error.code !== 'forbidden') throw error;
  const ended = endedByHistory(await cluster.observe(release, objectsAlone), record);
  if (ended) return { ...ended, code: foundSo };
  io.err('no driver runs, and your account may not run one; your request stays, and the next driver carries it out\n');
  throw error;
}

/** The request to abort is one that each handover can read: it has the verb alone. */
function unheard({ verb }: OperatorRequest, { withoutProxy }: Options, { canary }: ReleaseRecord): string {
  if (verb !== 'abort' || !withoutProxy) return '';
  return `, but does not get --without-proxy: if it waits for that proxy, hand it over with handover run ${canary} --without-proxy ${withoutProxy.join(' ')}`;
}

async function finish(io: Io, options: Options, { steered, record }: Asked, ending: Ending): Promise<number> {
  const { release, cluster, before, text } = steered;
  if (!isInFiles(ending) || text === undefined || !before) return endWith(io, ending, options.json);
  return endInFiles(io, options, { release, canary: record.canary, text, cluster, before, ending });
}

/** What would be done, from what is live now with the request in it. */
async function planned(io: Io, options: Options, steered: Steered, request: OperatorRequest): Promise<number> {
  const { release, cluster } = steered;
  const seen = await lookAt(io, options, cluster, release);
  const asked = { ...seen, route: seen.route && { ...seen.route, request } };
  return printPlanOf(io, options, { target: steered, release, order: { kind: 'resume' }, seen: asked });
}
