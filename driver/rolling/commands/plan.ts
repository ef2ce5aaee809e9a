/** `handover plan` for the profile rolling-update: every write and wait of an apply, and why. Nothing is changed. */
import type { Release } from '../../../model';
import { printPlan } from '../../core/plan-lines';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { planOf, type Plan } from '../plan';
import { wantedBy } from '../read-wanted';
import { describeHold, planLine } from '../words';
import { applyOrder, passPreflight } from './drive-update';

export async function planRolling(io: Io, options: Options, release: Release): Promise<number> {
  const wanted = await wantedBy(io, options, release);
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(wanted);
  const order = applyOrder(options, seen);
  passPreflight(io, wanted, order, seen);
  return print(io, options, planOf(wanted, order, seen));
}

/** Returns the exit code. */
export function print({ out }: Io, { json = false }: Options, { steps, obstacle }: Plan): number {
  return printPlan(out, { lines: steps.map(planLine), obstacle: obstacle && describeHold(obstacle) }, json);
}
