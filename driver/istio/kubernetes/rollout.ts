/**
 * How far an adopted Deployment is with its rollout, and its pause for the time of a release. A note on the Deployment says that
 * handover has paused it: what its owner has paused stays so, and every driver knows what to resume, also without a record.
 */
import { adoptedIn, annotations as notes, templateHashLabel, type Manifest, type Release } from '../../../model';
import type { Outcome } from '../../core/outcome';
import { conditioned } from '../../kubernetes/conditioned';
import { hasCurrentStatus, hasEnded, isEnding, type Deployment, type Pod } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Action } from '../action';
import type { Observation, ObservedRollout } from '../observation';
import { deploymentKind } from './version-objects';
import type { Writer } from './writer';

/** `pods` are those of the version. Undefined of a version that handover made, and of one whose Deployment is gone. */
export function rolloutOf(
  release: Pick<Release, 'name' | 'versions'>,
  version: string,
  objects: readonly Manifest[],
  pods: readonly Pod[],
): ObservedRollout | undefined {
  const deployment = objects.find(({ kind }) => kind === deploymentKind) as (Manifest & Deployment) | undefined;
  if (!adoptedIn(release, version) || !deployment) return undefined;
  const { metadata, spec } = deployment;
  const isNoted = metadata.annotations?.[notes.paused] === release.name;
  const isPaused = spec.paused === true;
  const isCurrent = hasCurrentStatus(deployment);
  const hashes = hashesOf(pods);
  const isAsTemplate = haveItsTemplate(deployment);
  return {
    deployment: metadata.name,
    resourceVersion: String(metadata.resourceVersion),
    paused: isPaused ? (isNoted ? 'by handover' : 'by others') : 'no',
    isNoted,
    hashes,
    // What is paused stays at the template that its pods have, whatever it is told.
    isRolling: !isCurrent || hashes.length !== 1 || !(isPaused || isAsTemplate),
    isPending: isPaused && isCurrent && !isAsTemplate,
  };
}

/** A pod that ends, or has ended, is no endpoint any more. An evicted one of a former template is left behind for weeks. */
function hashesOf(pods: readonly Pod[]): string[] {
  const living = pods.filter((pod) => !isEnding(pod) && !hasEnded(pod));
  return [...new Set(living.map(({ metadata }) => metadata.labels?.[templateHashLabel] ?? ''))];
}

/** All that it has, as its controller counts them. */
function haveItsTemplate({ status = {} }: Deployment): boolean {
  return (status.updatedReplicas ?? 0) === (status.replicas ?? 0);
}

/** On the condition that it is as it was seen: with its rollout complete, and by this template. null takes a field away. */
export async function setPaused(
  { api }: Writer,
  { name: service, namespace }: Release,
  { version, isPaused }: Extract<Action, { kind: 'set-paused' }>,
  { workloads }: Observation,
): Promise<Outcome> {
  const { deployment: name, resourceVersion } = workloads[version]?.rollout ?? {};
  if (name === undefined) return 'conflict';
  const annotations = { [notes.paused]: isPaused ? service : null };
  const body = { metadata: { name, resourceVersion, annotations }, spec: { paused: isPaused ? true : null } };
  return conditioned(() => api.merge(objectPath('Deployment', { namespace, name }), body));
}
