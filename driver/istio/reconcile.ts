/**
 * From what is seen to a goal, by the first rule that has something to say. The order is the safety argument: add before
 * routing, route before draining, drain before removing.
 */
import { sameSplit } from '../../model';
import { hold, waitFor, type Decision } from './decision';
import { healthySplit } from './goal';
import { addMissingVersion, addSubset, awaitOldSubset, awaitPods, raiseMinimum, restoreMinimum } from './rules/add';
import { awaitChange, changePolicy, changeRoutes } from './rules/change';
import { forgetKept } from './rules/kept';
import { noteLoss } from './rules/loss';
import { drain, removeSubset, removeVersion } from './rules/remove';
import { renewSubset } from './rules/renew';
import { chooseAlone, chooseAloneInAbort, resumeRollout, resumeWithoutPods, widenRolled } from './rules/rollout';
import { awaitPropagation, writeRoute } from './rules/route';
import { awaitTakeOver, takeOver } from './rules/take-over';
import { noteUnrouted } from './rules/unrouted';
import type { Rule, Situation } from './rules/situation';
import { wayBack } from './way-back';

const rules: readonly Rule[] = [
  takeOver,
  widenRolled,
  chooseAlone,
  awaitTakeOver,
  renewSubset,
  addMissingVersion,
  raiseMinimum,
  resumeWithoutPods,
  awaitPods,
  forgetKept,
  awaitOldSubset,
  changePolicy,
  addSubset,
  changeRoutes,
  awaitChange,
  writeRoute,
  awaitPropagation,
  chooseAloneInAbort,
  noteUnrouted,
  drain,
  noteLoss,
  removeSubset,
  removeVersion,
  restoreMinimum,
];

/** The next decision, or undefined when the goal is seen to be reached. */
export function reconcile(situation: Situation): Decision | undefined {
  const { goal, seen, gateLimitMs } = situation;
  const healthy = healthySplit(goal, seen);
  if (!healthy) return resumeWithoutPods(situation) ?? waitFor({ for: 'health' }, gateLimitMs);
  const isDetour = !sameSplit(healthy, goal.split);
  const split = isDetour ? healthy : wayBack(situation);
  // On a detour nothing is removed: the sick version may be the one that everything returns to.
  const detour = isDetour && { versions: Object.keys(split), keep: everything(situation) };
  const reachable = { ...goal, split, ...detour };
  for (const rule of rules) {
    const decision = rule({ ...situation, goal: reachable });
    if (decision) return decision;
  }
  return isDetour ? hold({ code: 'only-healthy', split }) : resumeRollout({ ...situation, goal: reachable });
}

function everything({ seen, goal }: Situation): string[] {
  return [...goal.keep, ...Object.keys(seen.workloads), ...seen.subsets.versions];
}
