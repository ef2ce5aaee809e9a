/** What is somebody else's of a service that is taken over, after a release. */
import { asOfWholeService, canonical, subsetsOf, withoutSubsets } from '../../manifests';
import type { World } from '../../driver/istio/simulation';
import type { Manifest } from '../../model';
import { timelineText, type Run } from './release-runs';

/**
 * S11: beside subsets, and the names of routes, the two edited objects are as their owner has them, and so is the autoscaler of the
 * adopted Deployment. What somebody else has edited meanwhile is excused.
 */
export function changedOfOwner(world: World, { scenario, order }: Run, outcome: string): string[] {
  const { adoption, virtualService } = scenario;
  if (!adoption || !virtualService) return [];
  const { carried, destinationRule } = adoption;
  const { route, rule } = world.api.objects;
  const told = timelineText(world);
  const isOver = ['completed', 'aborted'].includes(outcome);
  const policy = order.kind === 'apply' ? carried.destinationRule : (destinationRule ?? carried.destinationRule);
  const isEdited = /accident: foreign-(split|route|detour|timeout|deletion)/.test(told);
  return [
    ...unlike('the traffic policy', rule, policy, withoutSubsets),
    ...(/accident: foreign-(subsets|deletion)/.test(told) ? [] : lostSubsets(rule, destinationRule)),
    ...(isOver && !isEdited
      ? unlike('the routes', route, virtualService, (object) => asOfWholeService(object, carried.host))
      : []),
    // Whoever takes the record away takes away what the autoscaler had before.
    ...(isOver && !/accident: foreign-(record-removal|deletion)/.test(told) ? otherMinimum(world, adoption) : []),
  ];
}

function unlike(
  what: string,
  live: Manifest | undefined,
  before: Manifest,
  compared: (object: Manifest) => Manifest,
): string[] {
  if (!live || canonical(compared(live)) === canonical(compared(before))) return [];
  return [`${what}: ${canonical(compared(live))} instead of ${canonical(compared(before))}`];
}

function lostSubsets(live: Manifest | undefined, before: Manifest | undefined): string[] {
  if (!live || !before) return [];
  const subsets = subsetsOf(live);
  const lost = subsetsOf(before).filter((name) => !subsets.includes(name));
  return lost.map((name) => `the subset ${name} of its owner is gone`);
}

function otherMinimum({ workloads }: World, { autoscaler }: NonNullable<Run['scenario']['adoption']>): string[] {
  const live = workloads.deployments.get('v1')?.autoscaler;
  if (!live || !autoscaler || live.minimum === autoscaler.minimum) return [];
  return [`a minimum of ${live.minimum} pods instead of ${autoscaler.minimum}`];
}
