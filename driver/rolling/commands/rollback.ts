/** `handover rollback` for the profile rolling-update: back to the template of the version before. It needs no synth. */
import { exitCodes, type Release } from '../../../model';
import type { Io } from '../../io';
import type { Options } from '../../options';
import type { ReturnOrder } from '../decision';
import { newestOf, type Observation } from '../observation';
import { planOf } from '../plan';
import { passReturn, paused, returnWarnings } from '../preflight';
import { previousOf } from '../return-target';
import { nothingWanted } from '../wanted';
import { carryOut } from './drive-update';
import { print } from './plan';

export async function rollbackRolling(io: Io, options: Options, release: Release): Promise<number> {
  const wanted = nothingWanted(release);
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(wanted);
  const refusal = paused(seen);
  if (refusal) throw refusal;
  returnWarnings(seen).forEach((warning) => io.err(`warning: ${warning}\n`));
  const order = unfinished(seen) ?? begun(seen);
  if (options.dryRun) return print(io, options, wanted, seen, planOf(wanted, order, seen));
  const code = await carryOut(io, options, wanted, order, cluster);
  if (code === exitCodes.completed && !release.versions.some(({ name }) => name === order.version))
    io.err(
      `${options.file} does not list ${order.version}: list it, or the next apply leaves ${order.version} again\n`,
    );
  return code;
}

/** The same command carries on what was cut off: a new choice would lead back to the version that was just left. */
function unfinished({ record, replicaSets }: Observation): ReturnOrder | undefined {
  const { returning } = record.is;
  if (!returning || !replicaSets.some(({ name }) => name === returning.to)) return undefined;
  const { to: replicaSet, version, from, failure } = returning;
  return { kind: 'return', replicaSet, version, from, ...(failure && { failure }) };
}

function begun(seen: Observation): ReturnOrder {
  const { name: replicaSet, version } = passReturn(previousOf(seen));
  return { kind: 'return', replicaSet, version, from: newestOf(seen)?.version ?? 'unknown' };
}
