/** `handover rehearse` for the profile rolling-update: the writes and waits of an apply on an imagined cluster. */
import { exitCodes, type Release } from '../../../model';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { beforeUpdate } from '../ideal-cluster';
import { planOf } from '../plan';
import { wantedBy } from '../read-wanted';
import { applyOrder } from './drive-update';
import { print } from './plan';

export async function rehearseRolling(io: Io, options: Options, release: Release): Promise<number> {
  const wanted = await wantedBy(io, options, release);
  const seen = beforeUpdate(wanted);
  if (!options.json) io.out(introduction);
  print(io, { ...options, diff: false }, wanted, seen, planOf(wanted, applyOrder(options, seen), seen));
  return exitCodes.completed;
}

/** No weights move, so there are no other orders of writes to compare it with. */
const introduction = `an update on an imagined cluster, where another image is live and every wait comes true;
handover plan says what an update of your cluster would do

`;
