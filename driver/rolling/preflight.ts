/** What can be known before the first write: what would fail is refused, what would lose requests is said. */
import { contentHash } from '../../charts';
import { findVersion, selectorLabels, leastPods, Refusal, versionNames, type Release } from '../../model';
import { newestOf, type ObservedReplicaSet, type RollingObservation } from './observation';

export interface RollingPreflight {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

export function rollingPreflight(release: Release, seen: RollingObservation): RollingPreflight {
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
function otherSelector({ deployment }: RollingObservation): Refusal | undefined {
  const keys = Object.keys(deployment?.selector ?? {});
  if (!deployment || (keys.length === 1 && keys[0] === selectorLabels.app)) return undefined;
  const fix = 'delete it at a quiet hour, or use another name in the release file';
  const found = `one that selects by ${keys.join(' and ')}`;
  return new Refusal('other-deployment', `a Deployment that selects its pods by ${selectorLabels.app}`, found, fix);
}

/** Invariant S10 of the pods that are live: an update ends every one of them, whatever the new ones are like. */
function brokenBudgets({ timings }: Release, { replicaSets }: RollingObservation): string[] {
  const { endpointPropagationSeconds, longestRequestSeconds, exitMarginSeconds } = timings;
  return replicaSets
    .filter(({ pods }) => pods.some(({ isEnding }) => !isEnding))
    .flatMap(({ version, preStopSeconds, gracePeriodSeconds }) => {
      const which = `the live pods of ${version}`;
      if (preStopSeconds === 'unknown') return [`${which} have a preStop hook whose length cannot be told`];
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
  return 'one pod: when its node fails, or is drained, nobody answers; set replicas to 2 or more';
}

/** The write sets it to 0; a rollback does not, as it changes nothing but the template. */
function loosePace({ deployment }: RollingObservation): string | undefined {
  if (!deployment || deployment.maxUnavailable === '0') return undefined;
  const found = deployment.maxUnavailable === 'all' ? 'recreates all pods at once' : `has ${deployment.maxUnavailable}`;
  return `expected a Deployment with maxUnavailable 0, and the live one ${found}`;
}

function servedByStrangers({ strangers }: RollingObservation): string | undefined {
  if (strangers.length === 0) return undefined;
  return `the Service also sends requests to pods that this update does not replace: ${strangers.join(', ')}`;
}

/** Kubernetes rolls it like any change, but a rollback could not bring the old configuration back. */
function changedUnderItsName(release: Release, seen: RollingObservation): string | undefined {
  const newest = newestOf(seen);
  const name = newest && versionNames(release).find((version) => version === newest.version);
  if (name === undefined || !newest) return undefined;
  const wanted = findVersion(release, name);
  if (wanted.image === newest.image && contentHash(wanted.env) === newest.contentHash) return undefined;
  return `${name} gets another image or environment under its old name: rolling it back cannot restore its environment; use a new name`;
}

/** Whether a way back exists is known before anything is asked of the cluster. */
export function refuseReturn(previous: ObservedReplicaSet | undefined, obstacle: string | undefined): void {
  if (!previous) {
    const fix = 'there is nothing to return to: correct the release file, then handover apply';
    throw new Refusal('no-previous', 'a ReplicaSet of an earlier version', 'none', fix);
  }
  if (obstacle === undefined) return;
  const fix = `list ${previous.version} in the release file again, with its environment, then handover apply`;
  throw new Refusal('no-way-back', `a ConfigMap as ${previous.version} had it`, obstacle, fix);
}
