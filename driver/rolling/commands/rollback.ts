/** `handover rollback` for the profile rolling-update: back to the template of the version before. */
import { exitCodes, type Release } from '../../../model';
import type { Io } from '../../io';
import type { Options } from '../../options';
import type { Order } from '../decision';
import { previousOf } from '../observation';
import { planOf } from '../plan';
import { passReturn } from '../preflight';
import { wantedBy } from '../wanted';
import { carryOut } from './drive-update';
import { print } from './plan';

export async function rollbackRolling(io: Io, options: Options, release: Release): Promise<number> {
  const wanted = wantedBy(release);
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(wanted);
  const { name, version } = passReturn(previousOf(seen));
  const order: Order = { kind: 'return', replicaSet: name };
  if (options.dryRun) return print(io, options, planOf(release, order, seen));
  const code = await carryOut(io, options, wanted, order, cluster);
  if (code === exitCodes.completed && !release.versions.some((listed) => listed.name === version))
    io.err(`${options.file} does not list ${version}: list it, or the next apply leaves ${version} again\n`);
  return code;
}
