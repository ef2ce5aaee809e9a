/**
 * A Deployment whose owner rolls out another pod template, as Kubernetes does it with maxSurge 1 and maxUnavailable 0: one pod more than
 * wanted; as soon as that is available, an old one goes. A paused one scales, and rolls nothing out.
 */
import { annotations, findAdopted, templateHashLabel, type Manifest, type Release } from '../../../model';
import type { Pod as PodObject } from '../../kubernetes/objects';
import type { Pod } from './pod';

export interface Rollout {
  /** The hash of the template in its spec. */
  template: string;
  isPaused: boolean;
  /** A release has paused it, and has not resumed it. */
  isNoted: boolean;
  /** Its owner has resumed it in mid-release: what no subset chooses since then, and what one chooses too much, is theirs. */
  isResumedByOwner: boolean;
  /** Counts changes of the spec and of the status. */
  resourceVersion: number;
  /** By the hash of a template, how many pods its ReplicaSet is to have. The oldest comes first. */
  readonly replicaSets: Map<string, number>;
  /** As its controller has counted them last. */
  counted: { readonly all: number; readonly updated: number };
}

export const firstTemplate = 't1';

export function newRollout(): Rollout {
  return {
    template: firstTemplate,
    isPaused: false,
    isNoted: false,
    isResumedByOwner: false,
    resourceVersion: 1,
    replicaSets: new Map(),
    counted: { all: 0, updated: 0 },
  };
}

/** One step of its controller. `pods`: those that are not ending. */
export function advance(rollout: Rollout, desired: number, pods: readonly Pod[]): void {
  const { template, isPaused, replicaSets } = rollout;
  if (isPaused && replicaSets.size > 0) return scale(replicaSets, desired);
  const old = [...replicaSets].filter(([hash, count]) => hash !== template && count > 0);
  const ofOld = old.reduce((sum, [, count]) => sum + count, 0);
  const before = replicaSets.get(template) ?? 0;
  const wanted = ofOld === 0 ? desired : Math.min(desired, Math.max(before, desired + 1 - ofOld));
  replicaSets.set(template, wanted);
  shrink(replicaSets, old, desired, pods, wanted - availableOf(pods, template));
}

/** Those that are not available go first. `missing`: of the new template, those that are not available yet. */
function shrink(
  replicaSets: Map<string, number>,
  old: readonly (readonly [string, number])[],
  desired: number,
  pods: readonly Pod[],
  missing: number,
): void {
  let tooMany = Math.max(0, sumOf(replicaSets) - desired - missing);
  for (const [hash, count] of old) {
    const sick = Math.min(tooMany, Math.max(0, count - availableOf(pods, hash)));
    replicaSets.set(hash, count - sick);
    tooMany -= sick;
  }
  let spare = Math.max(0, pods.filter(({ isAvailable }) => isAvailable).length - desired);
  for (const [hash] of tooMany > 0 ? old : []) {
    const count = replicaSets.get(hash) ?? 0;
    const going = Math.min(spare, count, availableOf(pods, hash));
    replicaSets.set(hash, count - going);
    spare -= going;
  }
}

/** Half way, one pod more than wanted may stay. */
function scale(replicaSets: Map<string, number>, desired: number): void {
  const present = [...replicaSets].filter(([, count]) => count > 0);
  const [newest] = present.at(-1) ?? [...replicaSets.keys()].slice(-1);
  const missing = desired - sumOf(replicaSets);
  if (newest !== undefined && missing > 0) replicaSets.set(newest, (replicaSets.get(newest) ?? 0) + missing);
  let surplus = sumOf(replicaSets) - (present.length > 1 ? desired + 1 : desired);
  for (const [hash, count] of present) {
    const going = Math.max(0, Math.min(surplus, count));
    replicaSets.set(hash, (replicaSets.get(hash) ?? 0) - going);
    surplus -= going;
  }
}

function sumOf(replicaSets: ReadonlyMap<string, number>): number {
  return [...replicaSets.values()].reduce((sum, count) => sum + count, 0);
}

function availableOf(pods: readonly Pod[], template: string): number {
  return pods.filter(({ hash, isAvailable }) => hash === template && isAvailable).length;
}

/** As the API server has it, for the driver's own eyes. */
export function deploymentObject(release: Pick<Release, 'name' | 'versions'>, rollout: Rollout, isCurrent: boolean) {
  const { resourceVersion, isPaused, isNoted, counted } = rollout;
  const metadata = {
    name: findAdopted(release)?.deployment ?? '',
    resourceVersion: String(resourceVersion),
    generation: 1,
    ...(isNoted && { annotations: { [annotations.paused]: release.name } }),
  };
  const status = { observedGeneration: isCurrent ? 1 : 0, replicas: counted.all, updatedReplicas: counted.updated };
  const spec = { ...(isPaused && { paused: true }) };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec, status } as Manifest;
}

export function podObject({ name, hash, deletedBy }: Pod): PodObject {
  const ending = deletedBy === undefined ? {} : { deletionTimestamp: 'now' };
  return { metadata: { name, labels: { [templateHashLabel]: hash }, ...ending } };
}
