/** `handover rehearse` for the profile rolling-update: the writes and waits of an apply on an imagined cluster. */
import { exitCodes, type Release } from '../../../model';
import { printPlan } from '../../core/plan-lines';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { beforeUpdate } from '../ideal-cluster';
import { planOf } from '../plan';
import { wantedBy } from '../read-wanted';
import { describeHold, planLine } from '../words';
import { applyOrder } from './drive-update';

export async function rehearseRolling(io: Io, options: Options, release: Release): Promise<number> {
  const wanted = await wantedBy(io, options, release);
  const seen = beforeUpdate(wanted);
  const { steps, obstacle } = planOf(wanted, applyOrder(options, seen), seen);
  if (!options.json) io.out(introduction);
  printPlan(
    io.out,
    { lines: steps.map(planLine), obstacle: obstacle && describeHold(obstacle) },
    options.json ?? false,
  );
  return exitCodes.completed;
}

/** No weights move, so there are no other orders of writes to compare it with. */
const introduction = `an update on an imagined cluster, where another image is live and every wait comes true;
handover plan says what an update of your cluster would do

`;
