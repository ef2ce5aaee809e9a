/** Preflight, drive, and say how it ended: what `apply` and `rollback` have in common. */
import { endWith } from '../../core/end-with';
import type { Io } from '../../io';
import { defaults, gateLimitMs, type Options } from '../../options';
import type { RollingCluster } from '../cluster';
import type { ApplyOrder, Order } from '../decision';
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
  const { emit, end } = reporter(io, wanted.release, options);
  const limits = { pollMs, awayLimitMs: gateLimitMs(options) };
  const ending = await drive({ wanted, order, cluster, clock, emit, holder, stop, ...limits }).finally(end);
  return endWith(io, ending, options.json);
}

/** All refusals at once; the cluster is as it was. Warnings stop nobody: the next pods may be the cure. */
export function passPreflight(io: Io, wanted: Wanted, order: ApplyOrder, seen: Observation): void {
  const { refusals, warnings } = preflight(wanted, order, seen);
  warnings.forEach((warning) => io.err(`warning: ${warning}\n`));
  refusals.forEach(({ message }) => io.err(`check failed: ${message}\n`));
  if (refusals[0]) throw refusals[0];
}

/** With --adopt, what is accepted is what is seen now, and nothing that somebody changes later. */
export function applyOrder({ onFailure = 'hold', adopt = false }: Options, { objects }: Observation): ApplyOrder {
  const foreign = objects.filter((object) => adopt && object.foreign.length > 0);
  return {
    kind: 'apply',
    onFailure,
    accepted: Object.fromEntries(foreign.map(({ name, essence }) => [name, essence])),
  };
}
