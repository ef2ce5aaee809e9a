/** The two writes of a rolling update. Both are server-side applies, conditioned on what was seen. */
import { nameOf } from '../../../manifests';
import { fieldManager, selectorLabels, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import { ApiError, type Api } from '../../kubernetes/api';
import { conditioned } from '../../kubernetes/conditioned';
import { takeOver } from '../../kubernetes/managed-fields';
import type { Deployment, LiveObject, ReplicaSet } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Written } from '../cluster';
import type { Observation } from '../observation';
import type { Wanted } from '../wanted';
import { applyRequest, asSeen, bodyFor } from './apply-request';
import { essenceDigest } from './essence';
import { pathOf, type ObjectEyes } from './observe-objects';
import { withoutHash } from './replica-sets';

export async function writeObject(
  { api, paths }: Pick<ObjectEyes, 'api' | 'paths'>,
  wanted: Wanted,
  object: string,
  seen: Observation,
): Promise<Written> {
  const manifest = wanted.manifests.find((candidate) => nameOf(candidate) === object);
  const before = seen.objects.find(({ name }) => name === object);
  if (!manifest || !before) throw new Error(`expected an object of the release, found ${object}`);
  const path = await pathOf(paths, manifest);
  if (before.resourceVersion === undefined) return stored(() => create(api, path, bodyFor(manifest, undefined, wanted)));
  const found = await api.find<LiveObject>(path);
  if (found?.metadata.resourceVersion !== before.resourceVersion) return { outcome: 'conflict' };
  const live = { ...found, apiVersion: manifest.apiVersion, kind: manifest.kind };
  return stored(() => applyOver(api, path, bodyFor(manifest, live, wanted), live));
}

/** An object that somebody made meanwhile is a conflict: it is looked at before anything is written over it. */
async function stored(write: () => Promise<Manifest>): Promise<Written> {
  try {
    return { outcome: 'written', essence: essenceDigest(await write()) };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.reason === 'NotFound')) return { outcome: 'conflict' };
    throw error;
  }
}

/** Unknown fields are refused, as kubectl does: the API server alone would drop a misspelt one without a word. */
async function create(api: Api, path: string, body: Manifest): Promise<Manifest> {
  const collection = path.slice(0, path.lastIndexOf('/'));
  const query = { fieldManager, fieldValidation: 'Strict' };
  return api.send<Manifest>({ method: 'POST', path: collection, query, body });
}

/**
 * The template alone changes. Every other field is applied as it is: an apply that left one out would take it away. With the
 * same template the controller takes the same ReplicaSet into use again.
 */
export async function returnToReplicaSet(
  api: Api,
  service: NamespacedName,
  replicaSet: string,
  { deployment }: Observation,
): Promise<Outcome> {
  const { name, namespace } = service;
  const [live, target] = await Promise.all([
    api.find<Deployment & LiveObject>(objectPath('Deployment', service)),
    api.find<ReplicaSet>(objectPath('ReplicaSet', { namespace, name: replicaSet })),
  ]);
  if (!live || !target || live.metadata.resourceVersion !== deployment?.resourceVersion) return 'conflict';
  const template = withoutHash(target.spec.template);
  const { progressDeadlineSeconds, minReadySeconds, replicas, revisionHistoryLimit, selector, strategy } = live.spec;
  const spec = {
    progressDeadlineSeconds,
    minReadySeconds,
    replicas,
    revisionHistoryLimit,
    selector,
    strategy,
    template,
  };
  const metadata = { name, namespace, labels: labelsOf(live, template.metadata?.labels) };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
  const path = objectPath('Deployment', service);
  return conditioned(() => applyOver(api, path, body, { ...live, apiVersion: body.apiVersion, kind: body.kind }));
}

async function applyOver(api: Api, path: string, body: Manifest, live: LiveObject): Promise<Manifest> {
  const resourceVersion = await takeOver(api, path, live);
  const seen = { ...live, metadata: { ...live.metadata, resourceVersion } };
  return api.send<Manifest>(applyRequest(path, asSeen(body, seen)));
}

/** The Deployment says by its label which version it is. */
function labelsOf(live: LiveObject, template: Readonly<Record<string, string>> | undefined) {
  const version = template?.[selectorLabels.version];
  return { ...live.metadata.labels, ...(version !== undefined && { [selectorLabels.version]: version }) };
}
