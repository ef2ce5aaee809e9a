/** What can be known before the first write: what would fail is refused, and of what would lose requests it warns. */
import { contentHash } from '../../charts';
import { findVersion, selectorLabels, leastPods, Refusal, versionNames, type Release } from '../../model';
import { newestOf, type ObservedReplicaSet, type Observation } from './observation';
import { noWayBack } from './words';

export interface Preflight {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

export function preflight(release: Release, seen: Observation): Preflight {
  const present = <T>(item: T | undefined): item is T => item !== undefined;
  return {
    refusals: [otherSelector(seen)].filter(present),
    warnings: [
      ...brokenBudgets(release, seen),
      tooFewPods(release),
      loosePace(seen),
      servedByStrangers(seen),
      changedUnderItsName(release, seen),
    ].filter(present),
  };
}

/** The selector of a Deployment cannot be changed: the API server would refuse it after other objects are written. */
function otherSelector({ deployment }: Observation): Refusal | undefined {
  const keys = Object.keys(deployment?.selector ?? {});
  if (!deployment || (keys.length === 1 && keys[0] === selectorLabels.app)) return undefined;
  const fix = 'delete it when few requests come, or use another name in the release file';
  const found = `one that selects by ${keys.join(' and ')}`;
  return new Refusal('other-deployment', `a Deployment that selects its pods by ${selectorLabels.app}`, found, fix);
}

/** Invariant S10 for the live pods: an update ends all of them, within the times that they have. */
function brokenBudgets({ timings }: Release, { replicaSets }: Observation): string[] {
  const { endpointPropagationSeconds, longestRequestSeconds, exitMarginSeconds } = timings;
  return replicaSets
    .filter(({ pods }) => pods.some(({ isEnding }) => !isEnding))
    .flatMap(({ version, preStopSeconds, gracePeriodSeconds }) => {
      const which = `the live pods of ${version}`;
      if (preStopSeconds === 'unknown') return [`${which} have a preStop hook of unknown length`];
      const needed = preStopSeconds + longestRequestSeconds + exitMarginSeconds;
      const early = `${which} wait ${preStopSeconds} s in preStop, endpoints need ${endpointPropagationSeconds} s: ending them may lose requests that still arrive`;
      const late = `${which} are killed after ${gracePeriodSeconds} s, and need more than ${needed} s: ending them may cut off long requests`;
      return [
        ...(preStopSeconds < endpointPropagationSeconds ? [early] : []),
        ...(gracePeriodSeconds <= needed ? [late] : []),
      ];
    });
}

function tooFewPods(release: Release): string | undefined {
  const [version] = release.versions;
  if (!version || leastPods(release, version) >= 2) return undefined;
  return 'one pod: while its node is down or drained, no pod answers; set replicas to 2 or more';
}

/** The apply sets it to 0; a rollback would not, as it changes nothing but the template. */
function loosePace({ deployment }: Observation): string | undefined {
  if (!deployment || deployment.maxUnavailable === '0') return undefined;
  const found = deployment.maxUnavailable === 'all' ? 'recreates all pods at once' : `has ${deployment.maxUnavailable}`;
  return `expected maxUnavailable 0, and the live Deployment ${found}; this apply corrects it`;
}

function servedByStrangers({ strangers }: Observation): string | undefined {
  if (strangers.length === 0) return undefined;
  return `the Service also sends requests to pods that this update does not replace: ${strangers.join(', ')}`;
}

/** Kubernetes rolls it out like any change, but a rollback could not bring the old configuration back. */
function changedUnderItsName(release: Release, seen: Observation): string | undefined {
  const newest = newestOf(seen);
  const name = newest && versionNames(release).find((version) => version === newest.version);
  if (name === undefined || !newest) return undefined;
  const wanted = findVersion(release, name);
  if (wanted.image === newest.image && contentHash(wanted.env) === newest.contentHash) return undefined;
  return `${name} gets another image or environment under its old name: a rollback cannot restore its environment; use a new name`;
}

/** The way back of a rollback. Throws a Refusal when there is none: that is known before the first write. */
export function passReturn(previous: ObservedReplicaSet | undefined): ObservedReplicaSet {
  if (!previous) {
    const fix = 'there is nothing to return to: correct the release file, then handover apply';
    throw new Refusal('no-previous', 'a ReplicaSet of an earlier version', 'none', fix);
  }
  const { version, isConfigIntact } = previous;
  if (isConfigIntact) return previous;
  const fix = `list ${version} in the release file again, with its environment, then handover apply`;
  throw new Refusal('no-way-back', `a ConfigMap as ${version} had it`, noWayBack(version), fix);
}
