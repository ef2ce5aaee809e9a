/** `handover plan [VERSION]`: every write and wait in order, and why. Nothing is changed. */
import { foresee } from '../plan';
import { printPlan } from '../../core/plan-lines';
import type { Io } from '../../io';
import { readRelease, type Options } from '../../options';
import type { Order } from '../stages';
import { connectTo, passPreflight } from './drive-release';

export async function planCommand(io: Io, options: Options, order: Order): Promise<number> {
  const release = readRelease(io, options);
  const cluster = await connectTo(io, options);
  await passPreflight(io, options, release, order, cluster);
  const foreseen = foresee(
    release,
    order,
    await cluster.observe(release, { evidence: options.evidence, inFlightOf: [] }),
  );
  return printPlan(io.out, foreseen, options.json ?? false);
}
