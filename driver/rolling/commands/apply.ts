/** `handover apply` for the profile rolling-update: makes the release file true. */
import type { Release } from '../../../model';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { wantedBy } from '../wanted';
import { carryOut, passPreflight } from './drive-update';
import { planRolling } from './plan';

export async function applyRolling(io: Io, options: Options, release: Release): Promise<number> {
  if (options.dryRun) return planRolling(io, options, release);
  const wanted = wantedBy(release);
  const cluster = await io.connectRolling(options);
  passPreflight(io, wanted, await cluster.observe(wanted));
  return carryOut(io, options, wanted, { kind: 'apply', onFailure: options.onFailure ?? 'hold' }, cluster);
}
