/** One Deployment with its autoscaler, and how an API client reads it. */
import { findVersion, versionedName, type Release, type Timings } from '../../../model';
import type { Workload } from '../observation';
import type { Pod } from './pod';
import { advance, type Rollout } from './rollout';

export interface Deployment {
  readonly version: string;
  readonly image: string;
  readonly contentHash: string;
  readonly timings: Timings;
  /** As in its manifest; undefined when an autoscaler decides. */
  readonly declaredPods: number | undefined;
  readonly pods: Pod[];
  desired: number;
  autoscaler: { minimum: number; maximum: number } | undefined;
  /** Follows the pods after a delay. */
  status: { available: number; isCurrent: boolean };
  isStatusDue: boolean;
  /** Left out: all of its pods are of one template, for ever. */
  readonly rollout?: Rollout;
}

/** How many pods it is to have now, by the hash of their template. */
export function replicaSetsOf({ rollout, desired, pods }: Deployment): readonly (readonly [string, number])[] {
  if (!rollout) return [['', desired]];
  advance(rollout, desired, pods);
  return [...rollout.replicaSets];
}

/** The hash of the pod template that synth would write for a version. */
export type ContentHash = (release: Release, version: string) => string;

/** Stands for the real hash, which the charts compute. */
export const plainContentHash: ContentHash = (release, version) => {
  const { image, env } = findVersion(release, version);
  return `${versionedName(release.name, version)}/${image}/${JSON.stringify(env)}`;
};

/** A Deployment whose file names no replicas starts with one pod. Its autoscaler raises that to the minimum. */
export function newDeployment(release: Release, name: string, contentHash: string): Deployment {
  const version = findVersion(release, name);
  const { autoscaling, timings } = release;
  return {
    version: name,
    image: version.image,
    contentHash,
    timings,
    pods: [],
    declaredPods: autoscaling ? undefined : version.replicas,
    desired: autoscaling ? 1 : version.replicas,
    autoscaler: autoscaling && { minimum: autoscaling.minReplicas, maximum: autoscaling.maxReplicas },
    status: { available: 0, isCurrent: false },
    isStatusDue: false,
  };
}

export function asWorkload(
  { image, contentHash, declaredPods, desired, autoscaler, status }: Deployment,
  trouble: string | undefined,
): Workload {
  return {
    image,
    contentHash,
    desired,
    ...(declaredPods !== undefined && { declaredPods }),
    available: status.isCurrent ? status.available : 0,
    isCurrent: status.isCurrent,
    autoscaler: autoscaler && { ...autoscaler },
    trouble,
  };
}
