/** `handover plan [VERSION]`: every write and wait in order, and why. Nothing is changed. */
import { printPlan } from '../../core/plan-lines';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import type { Release } from '../../../model';
import type { Observation } from '../observation';
import { planOf } from '../plan';
import type { Order } from '../stages';
import { describeHold } from '../words';
import { planLine } from '../words/plan';
import { lookAt, passPreflight, targetOf } from './drive-release';

export async function planCommand(io: Io, options: Options, order: Order): Promise<number> {
  const target = await targetOf(io, options, readRelease(io, options));
  const { release } = target;
  await passPreflight(io, options, release, order, target);
  const seen = await lookAt(io, options, target.cluster, release);
  return printPlanOf(io, options, release, order, seen);
}

export function printPlanOf(io: Io, options: Options, release: Release, order: Order, seen: Observation): number {
  const { steps, obstacle } = planOf(release, order, seen);
  const lines = steps.map((step) => planLine(step, release.timings));
  const isTrue = !lines.some(({ kind }) => kind === 'write');
  const plan = { lines: isTrue ? [] : lines, obstacle: obstacle && describeHold(obstacle) };
  return printPlan(io.out, plan, options.json ?? false);
}
