/**
 * S7: an abort takes back at once what the live pods of the stable version can carry, and the rest when there are pods for it. One
 * pod, or one endpoint at one gateway, that is missing must not leave the users of all others on the version that is aborted.
 */
import { sameSplit, weightOf, wholeSplit, type Split } from '../../model';
import { podsToRise } from './capacity';
import { isRead } from './observation';
import type { Situation } from './rules/situation';

/** The split to go to now: the goal's, or as much of the way to it as can be gone. */
export function wayBack(situation: Situation): Split {
  const { record, goal, seen } = situation;
  const { stable } = record;
  const live = seen.route.split;
  if (record.mode !== 'abort' || sameSplit(goal.split, live) || weightOf(goal.split, stable) !== wholeSplit)
    return goal.split;
  const pods = usablePods(stable, situation);
  let weight = wholeSplit;
  while (weight > weightOf(live, stable) && podsToRise(stable, splitWith(weight, situation), situation) > pods)
    weight--;
  // Nothing of it can be gone: the rules say what is missing for the whole.
  return weight > weightOf(live, stable) ? splitWith(weight, situation) : goal.split;
}

/** Available, and known as an endpoint at each proxy that was read: the slowest one decides. */
function usablePods(version: string, { seen }: Situation): number {
  const { isCurrent = false, available = 0 } = seen.workloads[version] ?? {};
  const endpoints = seen.proxies.filter(isRead).map(({ clusters }) => clusters[version]?.healthyEndpoints ?? 0);
  return isCurrent ? Math.min(available, ...endpoints) : 0;
}

/** The stable version gets this weight; it is taken from the aborted one first, and nobody else gets more. */
function splitWith(weight: number, { record: { stable, canary }, seen }: Situation): Split {
  const live = seen.route.split;
  const others = Object.keys(live).filter((version) => version !== stable);
  const inOrder = [
    ...others.filter((version) => version !== canary),
    ...others.filter((version) => version === canary),
  ];
  const split: Record<string, number> = { [stable]: weight };
  let rest = wholeSplit - weight;
  for (const version of inOrder) {
    const kept = Math.min(rest, weightOf(live, version));
    if (kept > 0) split[version] = kept;
    rest -= kept;
  }
  return split;
}
