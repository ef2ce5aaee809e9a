/** Preflight, drive, and say how it ended: what `run`, `apply` and the operator's verbs have in common. */
import { analyse } from '../analysis';
import { withAssumedEvidence } from '../assumed-evidence';
import { withoutGate } from '../without-gate';
import type { Cluster } from '../cluster';
import { drive } from '../drive';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import { assumeAfterMs, defaults, gateLimitMs, prometheusAccess, refuseUnprobed, type Options } from '../../options';
import { preflight, type Check } from '../preflight';
import type { Order } from '../stages';
import { reporter } from '../report';
import { Refusal, type Release } from '../../../model';

/** The cluster that a command was pointed at. */
export async function connectTo(io: Io, options: Options): Promise<Cluster> {
  const afterMs = assumeAfterMs(options);
  const cluster = await io.connect(options);
  if (options.unsafeNoGate) return withoutGate(cluster, io.environment);
  return afterMs === undefined ? cluster : withAssumedEvidence(cluster, afterMs);
}

export async function driveRelease(
  io: Io,
  options: Options,
  release: Release,
  order: Order,
  cluster: Cluster,
): Promise<Ending> {
  const prometheus = prometheusAccess(io, options);
  await passPreflight(io, options, release, order, cluster);
  return drive({
    evidence: options.evidence,
    release,
    order,
    cluster,
    clock: io.clock,
    emit: reporter(io, release, options.json ?? false),
    analyse: (name, canary, signal) =>
      analyse(release, name, { canary, clock: io.clock, gatewayAddress: options.gatewayAddress, prometheus, signal }),
    holder: io.holder,
    stop: io.stop,
    gateLimitMs: gateLimitMs(options),
    pollMs: defaults.pollMs,
    adopt: options.adopt,
  });
}

/** A pod that is slow to answer once is no reason to refuse. */
const preflightLooks = 5;

/** All failed checks at once; the cluster is as it was. */
export async function passPreflight(
  io: Io,
  options: Options,
  release: Release,
  order: Order,
  cluster: Cluster,
): Promise<void> {
  refuseUnprobed(release, options);
  let failed: Check[] = [];
  for (let look = 1; look <= preflightLooks; look++) {
    const seen = await cluster.observe(release, { evidence: options.evidence, inFlightOf: [] });
    failed = preflight(release, order, seen).filter((check) => check.problem !== undefined);
    if (!failed.some(({ problem }) => problem?.code === 'proxy-unreadable')) break;
    await io.clock.sleep(defaults.pollMs * 10, io.stop);
  }
  for (const { title, problem } of failed) io.err(`check failed: ${title}\n  ${problem?.message}\n`);
  if (failed.length === 0) return;
  const titles = failed.map((check) => check.title).join(', ');
  throw new Refusal('preflight', 'every check to pass', `these failed: ${titles}`, 'see above');
}
