/** `handover plan [VERSION]`: every write and wait in order, and why. Nothing is changed. */
import type { ServiceShape } from '../../../manifests';
import { printPlan } from '../../core/print-plan';
import type { PlanDifference } from '../../core/planned';
import type { Io } from '../../io';
import { readText, releaseIn, type Options } from '../../options';
import type { Manifest, Release } from '../../../model';
import { plannedDifferences } from '../files/planned-differences';
import type { Cluster } from '../cluster';
import type { Observation } from '../observation';
import { planOf, type PlanStep } from '../plan';
import { plannedObjects, type Known } from '../planned-objects';
import type { Order } from '../stages';
import { describeHold } from '../words';
import { planLine } from '../words/plan';
import { unroutedClients } from '../words/unrouted-clients';
import { lookAt, passPreflight, targetOf, type Target } from './drive-release';

export async function planCommand(io: Io, options: Options, order: Order): Promise<number> {
  const text = readText(io, options.file);
  const target = await targetOf(io, options, releaseIn(io, text, options));
  const { release } = target;
  await passPreflight(io, options, release, order, target);
  const seen = await lookAt(io, options, target.cluster, release);
  if (order.kind === 'run') io.err(`note: ${unroutedClients(release, order.canary)}\n`);
  const differences = options.diff ? await plannedDifferences(io, options, { ...target, text, order }) : [];
  return printPlanOf(io, options, { target, release, order, seen, differences });
}

interface Printed {
  readonly target: Target;
  readonly release: Release;
  readonly order: Order;
  readonly seen: Observation;
  readonly differences?: readonly PlanDifference[];
}

export async function printPlanOf(
  io: Io,
  options: Options,
  { target: { cluster, carried }, release, order, seen, differences = [] }: Printed,
): Promise<number> {
  const { steps, obstacle } = planOf(release, order, seen);
  // Who may not list them sees a plan without their names.
  const live = await cluster.live?.(release).catch(() => undefined);
  const first = await firstAdded(cluster, carried, steps);
  const known = { carried, live, record: seen.route?.record, release, ...(first && { first }) };
  const objects = plannedObjects(known);
  const lines = steps.map((step) => planLine(step, release, objects));
  const isTrue = !lines.some(({ kind }) => kind === 'write');
  const plan = { lines: [...(isTrue ? [] : lines), ...differences], obstacle: obstacle && describeHold(obstacle) };
  return printPlan(io, plan, options.json ?? false);
}

/** What cannot be read counts as there: a plan names nothing that was not seen to be missing. */
async function firstAdded(
  cluster: Cluster,
  carried: ServiceShape | undefined,
  steps: readonly PlanStep[],
): Promise<Known['first']> {
  const added = steps.flatMap((step) =>
    step.kind === 'write' && step.action.kind === 'add-version' ? [step.action] : [],
  );
  const [first] = added;
  if (!first || !carried || !cluster.find) return undefined;
  const find = (object: Manifest) => cluster.find?.(object) ?? Promise.resolve(object);
  const found = await Promise.all(carried.shared.map((object) => find(object).catch(() => object)));
  return { version: first.version, shared: carried.shared.filter((_, index) => found[index] === undefined) };
}
