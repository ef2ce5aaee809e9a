/** Preflight, drive, and say how it ended: what `apply` and `rollback` have in common. */
import { endWith } from '../../core/end-with';
import type { Io } from '../../io';
import { defaults, gateLimitMs, type Options } from '../../options';
import type { RollingCluster } from '../cluster';
import type { Order } from '../decision';
import { drive } from '../drive';
import type { Observation } from '../observation';
import { preflight } from '../preflight';
import { reporter } from '../report';
import type { Wanted } from '../wanted';

/** Nobody is asked but the API server, and Kubernetes replaces pods in seconds. */
const pollMs = defaults.pollMs * 5;

/** Returns the exit code. */
export async function carryOut(
  io: Io,
  options: Options,
  wanted: Wanted,
  order: Order,
  cluster: RollingCluster,
): Promise<number> {
  const { clock, holder, stop } = io;
  const emit = reporter(io, options);
  const limits = { pollMs, awayLimitMs: gateLimitMs(options) };
  return endWith(io, await drive({ wanted, order, cluster, clock, emit, holder, stop, ...limits }), options.json);
}

/** All refusals at once; the cluster is as it was. Warnings stop nobody: the next pods may be the cure. */
export function passPreflight(io: Io, { release }: Wanted, seen: Observation): void {
  const { refusals, warnings } = preflight(release, seen);
  warnings.forEach((warning) => io.err(`warning: ${warning}\n`));
  refusals.forEach(({ message }) => io.err(`check failed: ${message}\n`));
  if (refusals[0]) throw refusals[0];
}
