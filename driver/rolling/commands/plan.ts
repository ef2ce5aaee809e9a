/** `handover plan` for the profile rolling-update: every write and wait of an apply, and why. Nothing is changed. */
import { masks, nameOf } from '../../../manifests';
import type { Release } from '../../../model';
import type { PlanDifference } from '../../core/planned';
import { printPlan } from '../../core/print-plan';
import type { Io } from '../../io';
import type { Options } from '../../options';
import type { Observation } from '../observation';
import { planOf, type Plan } from '../plan';
import { wantedBy } from '../read-wanted';
import type { Wanted } from '../wanted';
import { describeHold, planLine } from '../words';
import { applyOrder, passPreflight } from './drive-update';

export async function planRolling(io: Io, options: Options, release: Release): Promise<number> {
  const wanted = await wantedBy(io, options, release);
  const cluster = await io.connectRolling(options);
  const seen = await cluster.observe(wanted);
  const order = applyOrder(options, seen);
  passPreflight(io, wanted, order, seen);
  return print(io, options, wanted, seen, planOf(wanted, order, seen));
}

/** Returns the exit code. */
export function print(
  io: Io,
  { json = false, diff = false }: Options,
  wanted: Wanted,
  seen: Observation,
  { steps, obstacle }: Plan,
): number {
  const rolls = seen.objects.flatMap((object) => (object.rolls ? [object.name] : []));
  const lines = steps.map((step) => planLine(step, wanted.release, rolls));
  const differences = diff ? differencesIn(wanted, seen) : [];
  return printPlan(io, { lines: [...lines, ...differences], obstacle: obstacle && describeHold(obstacle) }, json);
}

function differencesIn({ manifests }: Wanted, { objects }: Observation): PlanDifference[] {
  const mask = masks();
  return objects.flatMap(({ name: object, change, fields }): PlanDifference[] => {
    if (change === 'none') return [];
    if (change === 'update') return [{ kind: 'difference', change: 'change', object, fields }];
    const manifest = manifests.find((each) => nameOf(each) === object);
    return [{ kind: 'difference', change: 'create', object, ...(manifest && { manifest: mask(manifest) }) }];
  });
}
