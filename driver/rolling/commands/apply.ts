/** `handover apply` for the profile rolling-update: makes the release file true. */
import type { Release } from '../../../model';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { wantedBy } from '../read-wanted';
import { applyOrder, carryOut, passPreflight } from './drive-update';
import { planRolling } from './plan';

export async function applyRolling(io: Io, options: Options, release: Release): Promise<number> {
  if (options.dryRun) return planRolling(io, options, release);
  const wanted = await wantedBy(io, options, release);
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(wanted);
  const order = applyOrder(options, seen);
  passPreflight(io, wanted, order, seen);
  return carryOut(io, options, wanted, order, cluster);
}
