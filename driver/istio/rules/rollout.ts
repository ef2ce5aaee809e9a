/**
 * Its owner may roll an adopted Deployment at any time, and give its pods other labels by that. Alone behind the Service it is chosen
 * by the Service: no rollout loses a request. Beside another version only the hash of its pod template tells its pods from the others,
 * so its rollout is paused first, for as long as both run (docs/decisions/0023-rollouts-wait.md).
 */
import { weightOf } from '../../../model';
import { act, hold, waitFor, type Decision } from '../decision';
import { isLastStage } from '../goal';
import { namesVersion, obstacles } from '../proxy-checks';
import { hasNoPod } from '../sick';
import { choose, markChoice, observedAdopted, type Adopted } from './choice';
import { headerVersions } from './route';
import { isLeftToOthers, leaving } from './remove';
import type { Rule, Situation } from './situation';

/** Somebody has resumed it, and it rolls: its new pods are in no subset, and the old ones go. Wide again it loses no request. */
export const widenRolled: Rule = (situation) => {
  const adopted = observedAdopted(situation);
  if (!adopted || !isServed(adopted, situation)) return undefined;
  const { version, rollout, chosenBy = '' } = adopted;
  if (chosenBy === '' || rollout.hashes.every((hash) => hash === chosenBy)) return undefined;
  return choose(adopted, '', situation, { code: 'rolled-meanwhile', version, deployment: rollout.deployment });
};

/**
 * Paused, a Deployment gets no pod when its ReplicaSet was deleted, or it was made anew from a copy: without this an abort would wait
 * for its pods in vain. One that was scaled to none waits for whoever did that.
 */
export const resumeWithoutPods: Rule = (situation) => {
  const adopted = observedAdopted(situation);
  if (!adopted || weightOf(situation.goal.split, adopted.version) === 0) return undefined;
  const { isCurrent, desired = 0 } = situation.seen.workloads[adopted.version] ?? {};
  const { paused, hashes } = adopted.rollout;
  if (!isCurrent || desired === 0 || paused !== 'by handover' || hashes.length > 0) return undefined;
  return letRoll(adopted);
};

/** It is paused again when it has rolled. */
function letRoll({ version, rollout: { deployment } }: Adopted): Decision {
  return act({ kind: 'set-paused', version, isPaused: false }, { code: 'rollout-needed', deployment });
}

/** Before another version gets a pod or a request. An abort returns the traffic first: with the subset wide that loses nothing. */
export const chooseAlone: Rule = (situation) =>
  situation.record.mode === 'abort' ? undefined : chooseByTemplateBeside(situation);

/** Before the pods of the other version go: none of them may be an endpoint of this one. */
export const chooseAloneInAbort: Rule = (situation) =>
  situation.record.mode === 'abort' ? chooseByTemplateBeside(situation) : undefined;

/** Undefined when its subset chooses it alone already, at every proxy, or when no other version has pods or will have some. */
export function chooseByTemplateBeside(situation: Situation): Decision | undefined {
  const adopted = observedAdopted(situation);
  if (!adopted?.hasSubset || !isServed(adopted, situation) || othersOf(adopted, situation).length === 0)
    return undefined;
  // Its share has to leave it first (S8), and where it returns, pods are waited for.
  if (hasNoPod(adopted.version, situation.seen)) return undefined;
  return (
    markChoice(adopted, situation) ?? pauseWhenComplete(adopted, situation) ?? chooseByTemplate(adopted, situation)
  );
}

/** What is paused half way would stay so: pods of two templates have no hash in common. */
function pauseWhenComplete(adopted: Adopted, { release }: Situation): Decision | undefined {
  const { version, rollout } = adopted;
  const { deployment, paused, hashes, isRolling } = rollout;
  if (isRolling && paused === 'by handover' && hashes.length > 1) return letRoll(adopted);
  const limitMs = release.timings.progressDeadlineSeconds * 1000;
  if (isRolling) return waitFor({ for: 'rollout', version, deployment, paused, hashes }, limitMs);
  if (paused !== 'no') return undefined;
  return act({ kind: 'set-paused', version, isPaused: true }, { code: 'rollout-pauses', deployment });
}

function chooseByTemplate(adopted: Adopted, situation: Situation): Decision | undefined {
  const { version, rollout, chosenBy } = adopted;
  const [hash = ''] = rollout.hashes;
  return chosenBy === hash ? undefined : choose(adopted, hash, situation, { code: 'chosen-alone', version, hash });
}

/** At the end of a release, when nothing else is left to do: it may roll again once every proxy chooses its pods by the Service. */
export const resumeRollout: Rule = (situation) => {
  const adopted = observedAdopted(situation);
  if (!adopted || !isEnding(situation) || !situation.goal.keep.includes(adopted.version)) return undefined;
  if (isServed(adopted, situation)) return resumeAlone(adopted, situation);
  return widen(adopted, situation) ?? resume(adopted);
};

function resumeAlone(adopted: Adopted, situation: Situation): Decision | undefined {
  const others = othersOf(adopted, situation);
  // The release stays on record until they are gone.
  if (leaving(situation).some((other) => isLeftToOthers(other, situation))) return undefined;
  const { version, rollout } = adopted;
  if (others.length > 0) return hold({ code: 'not-alone', version, deployment: rollout.deployment, others });
  return (
    widen(adopted, situation) ?? awaitUnnamed(adopted, situation) ?? markChoice(adopted, situation) ?? resume(adopted)
  );
}

/** Somebody has led the routes back to the whole Service: no name tells which proxy has the subset as it is now, only that none sends to it. */
function awaitUnnamed({ version }: Adopted, { release, seen, gateLimitMs }: Situation): Decision | undefined {
  if (!seen.route.whole) return undefined;
  const found = obstacles(seen, namesVersion(version, release, seen.route));
  return found.length > 0 ? waitFor({ for: 'propagation', obstacles: found }, gateLimitMs) : undefined;
}

function widen(adopted: Adopted, situation: Situation): Decision | undefined {
  const { version, hasSubset, chosenBy } = adopted;
  if (!hasSubset || chosenBy === '') return undefined;
  return choose(adopted, '', situation, { code: 'chosen-by-service', version });
}

/** Also a note of ours on one that somebody else has resumed: what they pause later is theirs. */
function resume({ version, rollout }: Adopted): Decision | undefined {
  const { deployment, isNoted, isPending } = rollout;
  if (!isNoted) return undefined;
  return act({ kind: 'set-paused', version, isPaused: false }, { code: 'rollout-resumes', deployment, isPending });
}

/** It gets requests, or is about to: a release that begins anew may give it its pinned route back and no weight. */
function isServed({ version }: Adopted, { record, goal, seen }: Situation): boolean {
  const { route } = seen;
  const shares = [goal.split, route.split].map((split) => weightOf(split, version));
  const named = [...route.headerVersions, ...route.otherVersions, ...headerVersions({ record, goal, seen })];
  return shares.some((share) => share > 0) || named.includes(version);
}

/** Versions with pods behind the same Service, or that will have some. */
function othersOf({ version }: Adopted, { goal, seen: { workloads } }: Situation): string[] {
  const present = Object.entries(workloads).filter(([, { isGone, pods = 0 }]) => !isGone || pods > 0);
  const all = new Set([...goal.versions, ...present.map(([name]) => name)]);
  return [...all].filter((each) => each !== version);
}

function isEnding({ release, record }: Situation): boolean {
  return record.mode === 'abort' || record.mode === 'apply' || isLastStage(release, record);
}
