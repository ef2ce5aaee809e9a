/**
 * By what the subset of an adopted version chooses its pods: by the hash of their template, or all pods of the Service. No proxy tells which, so a
 * choice is marked by the next name of the routes (docs/decisions/0023-rollouts-wait.md).
 */
import { adoptedVersion } from '../../../model';
import type { Choice } from '../action';
import { act, type Decision } from '../decision';
import type { ObservedRollout, Observation } from '../observation';
import { awaitPropagation, markerOf } from './route';
import type { Situation } from './situation';

export interface Adopted {
  readonly version: string;
  readonly rollout: ObservedRollout;
  readonly hasSubset: boolean;
  /** A hash; '': by the Service; undefined: by labels of somebody else. */
  readonly chosenBy: string | undefined;
}

/** Undefined when there is nothing to look after: no Deployment, or one of a model. */
export function observedAdopted({
  release,
  seen: { workloads, subsets },
}: Pick<Situation, 'release' | 'seen'>): Adopted | undefined {
  const version = adoptedVersion(release);
  const rollout = version === undefined ? undefined : workloads[version]?.rollout;
  if (version === undefined || !rollout) return undefined;
  return { version, rollout, hasSubset: subsets.versions.includes(version), chosenBy: subsets.chosenBy?.[version] };
}

/**
 * Back to a choice that a route has marked, from one that none has: first that one is marked, or nobody could tell later whether a proxy has
 * the choice of now or the one in between.
 */
export function choose(
  adopted: Adopted,
  hash: string,
  situation: Situation,
  because: Parameters<typeof act>[1],
): Decision {
  const isBack = situation.record.chosen?.hash === hash;
  return (isBack ? markChoice(adopted, situation) : undefined) ?? writeChoice(adopted, hash, situation, because);
}

function writeChoice(
  { version }: Adopted,
  hash: string,
  { seen: { subsets } }: Situation,
  because: Parameters<typeof act>[1],
): Decision {
  return act({ kind: 'write-subsets', versions: subsets.versions, choose: { version, hash } }, because);
}

/**
 * No proxy tells by which labels it has a subset. Istio sends endpoints before routes, so a proxy that shows a route which was written
 * later has the subset as it was by then.
 */
export function markChoice({ version, chosenBy }: Adopted, situation: Situation): Decision | undefined {
  const { record, seen } = situation;
  const { chosen } = record;
  if (chosenBy === undefined || seen.route.whole) return undefined;
  if (chosen?.hash === chosenBy) return chosen.serial === record.serial ? awaitPropagation(situation) : undefined;
  const { split, headerVersions, probes } = seen.route;
  const serial = record.serial + 1;
  const marker = markerOf(seen.route, { ...record, serial });
  const next = { ...record, serial, marker, chosen: { hash: chosenBy, serial } };
  const action = { kind: 'write-route', split, headerVersions, probes, marker, record: next } as const;
  return act(action, { code: 'choice-marked', version });
}

/**
 * Of a subset that comes back: the template that its pods stay at, as another version may have pods; or all pods of the Service, while it
 * may roll. Undefined: none of these versions is adopted.
 */
export function choiceAnew(versions: readonly string[], workloads: Observation['workloads']): Choice | undefined {
  const version = versions.find((each) => workloads[each]?.rollout);
  const { paused = 'no', isRolling = true, hashes = [] } = workloads[version ?? '']?.rollout ?? {};
  const [hash = ''] = paused === 'no' || isRolling ? [] : hashes;
  return version === undefined ? undefined : { version, hash };
}
