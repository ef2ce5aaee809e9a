/** What of the manifests is live, and what an apply would change. */
import { isEntry, isKind, nameOf, scales, specOf } from '../../../manifests';
import type { Manifest, Release } from '../../../model';
import { ApiError, isForbidden, type Api } from '../../kubernetes/api';
import { lastWriter } from '../../kubernetes/managed-fields';
import type { Deployment, LiveObject } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { ResourcePaths } from '../../kubernetes/resources';
import type { Harm, ObservedObject } from '../observation';
import { faceOf, serviceStage, type ServiceQuestion, type ServiceStage } from '../service-stage';
import type { Wanted } from '../wanted';
import { bodyFor } from './apply-request';
import type { Changes } from './changes';
import { essenceDigest } from './essence';

export interface ObjectEyes {
  readonly api: Api;
  readonly paths: ResourcePaths;
  readonly changes: Changes;
}

export interface Surroundings {
  readonly hasNamespace: boolean;
  readonly deployment: Deployment | undefined;
  /** Pods that are ready, as the Service sees them. */
  readonly pods: ServiceQuestion['pods'];
}

export async function observeObjects(
  eyes: ObjectEyes,
  wanted: Wanted,
  around: Surroundings,
): Promise<ObservedObject[]> {
  const looks = wanted.manifests.map((manifest) => observeManifest(eyes, wanted, manifest, around));
  return inStages(await Promise.all(looks), wanted);
}

async function observeManifest(
  eyes: ObjectEyes,
  wanted: Wanted,
  manifest: Manifest,
  around: Surroundings,
): Promise<ObservedObject> {
  return manifest.kind === 'Namespace' ? namespaceOf(manifest, around) : observeObject(eyes, wanted, manifest, around);
}

const untouched = { stage: 'before-pods', rolls: false, foreign: [], fields: [], harm: undefined } as const;
const absent = { ...untouched, resourceVersion: undefined, change: 'create', essence: '', writer: undefined } as const;

/** That it exists is enough: whoever may deploy into a namespace seldom may change it. */
function namespaceOf(manifest: Manifest, { hasNamespace }: Surroundings): ObservedObject {
  return { ...absent, name: nameOf(manifest), change: hasNamespace ? 'none' : 'create' };
}

/** Controllers write often: twice in a row is no reason to give up. */
const attempts = 10;

async function observeObject(
  eyes: ObjectEyes,
  wanted: Wanted,
  manifest: Manifest,
  around: Surroundings,
): Promise<ObservedObject> {
  for (let attempt = 1; ; attempt++) {
    try {
      const live = await findLive(eyes, manifest);
      return live ? await compared(eyes, wanted, manifest, live, around) : missing(manifest, around);
    } catch (error) {
      const isConflict = error instanceof ApiError && error.status === 409;
      if (!isConflict || attempt === attempts) throw error;
    }
  }
}

async function findLive({ api, paths }: ObjectEyes, manifest: Manifest): Promise<LiveObject | undefined> {
  const live = await api.find<LiveObject>(await pathOf(paths, manifest));
  return live && { ...live, apiVersion: manifest.apiVersion, kind: manifest.kind };
}

export function pathOf(
  paths: ResourcePaths,
  { apiVersion, kind, metadata: { name, namespace } }: Manifest,
): Promise<string> {
  return paths.of({ apiVersion, kind, name, namespace });
}

function missing(manifest: Manifest, around: Surroundings): ObservedObject {
  const rolls = isKind(manifest, 'Deployment', 'apps');
  return { ...absent, name: nameOf(manifest), rolls, harm: cutOf(manifest, around.deployment) };
}

async function compared(
  { paths, changes }: ObjectEyes,
  wanted: Wanted,
  manifest: Manifest,
  live: LiveObject,
  around: Surroundings,
): Promise<ObservedObject> {
  const is = await changes.of(await pathOf(paths, manifest), bodyFor(manifest, live, wanted), live);
  const stage = stageOf(manifest, live, wanted, around);
  return {
    name: nameOf(manifest),
    resourceVersion: live.metadata.resourceVersion,
    change: is.changes ? 'update' : 'none',
    rolls: is.rolls,
    foreign: is.foreign,
    fields: is.fields,
    essence: essenceDigest(live),
    writer: lastWriter(live),
    ...(typeof stage === 'string'
      ? { stage, harm: cutOf(manifest, around.deployment) }
      : { stage: 'before-pods', harm: stage }),
  };
}

function stageOf(manifest: Manifest, live: LiveObject, { deployment }: Wanted, { pods }: Surroundings): ServiceStage {
  if (!isKind(manifest, 'Service', '') || !deployment) return 'before-pods';
  const template = specOf(deployment).template as { metadata?: object; spec?: object } | undefined;
  return serviceStage({ wanted: manifest, live, pods, template: faceOf(template?.metadata, template?.spec) });
}

/** An autoscaler whose maximum is lower than what is live ends the pods above it within a second. */
function cutOf(manifest: Manifest, deployment: Deployment | undefined): Harm | undefined {
  if (!deployment || !scales(manifest, { ...deployment, apiVersion: 'apps/v1', kind: 'Deployment' } as never))
    return undefined;
  const { maxReplicas, maxReplicaCount } = specOf(manifest);
  const to = Number(maxReplicas ?? maxReplicaCount ?? 100);
  const from = deployment.spec.replicas ?? 1;
  return from > to ? { code: 'cuts-pods', from, to } : undefined;
}

/** An Ingress must not lead to a port that the Service gets only later. */
function inStages(objects: readonly ObservedObject[], { manifests }: Wanted): ObservedObject[] {
  const isLate = objects.some(({ stage, change }) => stage === 'after-pods' && change !== 'none');
  const entries = manifests.filter(isEntry).map(nameOf);
  return objects.map((each) => (isLate && entries.includes(each.name) ? { ...each, stage: 'after-pods' } : each));
}

/** Whoever may deploy into a namespace seldom may look at namespaces: then it is taken for there. */
export async function hasNamespace(api: Api, { namespace }: Pick<Release, 'namespace'>): Promise<boolean> {
  try {
    return (await api.find(objectPath('Namespace', { namespace, name: namespace }))) !== undefined;
  } catch (error) {
    if (isForbidden(error)) return true;
    throw error;
  }
}
