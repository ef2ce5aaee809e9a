/** The two writes of a rolling update. Both are server-side applies, conditioned on what was seen. */
import { nameOf } from '../../../manifests';
import { fieldManager, labels as versionLabel, selectorLabels, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import { ApiError, type Api } from '../../kubernetes/api';
import { conditioned } from '../../kubernetes/conditioned';
import { takeOver, type Former } from '../../kubernetes/managed-fields';
import type { Deployment, LiveObject, ReplicaSet } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import type { Written } from '../cluster';
import type { Observation } from '../observation';
import type { Wanted } from '../wanted';
import { applyRequest, asSeen, bodyFor } from './apply-request';
import { formerOf } from './changes';
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
  if (before.resourceVersion === undefined)
    return stored(() => create(api, path, bodyFor(manifest, undefined, wanted)));
  const found = await api.find<LiveObject>(path);
  if (found?.metadata.resourceVersion !== before.resourceVersion) return { outcome: 'conflict' };
  const live = { ...found, apiVersion: manifest.apiVersion, kind: manifest.kind };
  return stored(() => applyOver(api, path, bodyFor(manifest, live, wanted), live, formerOf(live, wanted.release.name)));
}

/** An object that somebody made meanwhile is a conflict: it is looked at before anything is written over it. */
async function stored(write: () => Promise<Manifest>): Promise<Written> {
  try {
    return { outcome: 'written', essence: essenceDigest(await write()) };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.reason === 'NotFound'))
      return { outcome: 'conflict' };
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
 * The template alone changes, and all of it: an apply would leave in it what others wrote, such as the time of a restart, and
 * the controller takes the old ReplicaSet into use again only for exactly its template. kubectl rollout undo does the same.
 */
export async function returnToReplicaSet(
  api: Api,
  service: NamespacedName,
  replicaSet: string,
  { deployment }: Observation,
): Promise<Outcome> {
  const path = objectPath('Deployment', service);
  const [live, target] = await Promise.all([
    api.find<Deployment & LiveObject>(path),
    api.find<ReplicaSet>(objectPath('ReplicaSet', { ...service, name: replicaSet })),
  ]);
  if (!live || !target || live.metadata.resourceVersion !== deployment?.resourceVersion) return 'conflict';
  const template = withoutHash(target.spec.template);
  const { resourceVersion, labels } = live.metadata;
  const body = [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'add', path: '/metadata/labels', value: { ...labels, ...versionLabels(template.metadata?.labels) } },
  ];
  const contentType = 'application/json-patch+json';
  return conditioned(() => api.send({ method: 'PATCH', path, query: { fieldManager }, body, contentType }));
}

async function applyOver(api: Api, path: string, body: Manifest, live: LiveObject, from: Former): Promise<Manifest> {
  const resourceVersion = await takeOver(api, path, live, from);
  const seen = { ...live, metadata: { ...live.metadata, resourceVersion } };
  return api.send<Manifest>(applyRequest(path, asSeen(body, seen)));
}

/** The Deployment says by its labels which version it is. */
function versionLabels(template: Readonly<Record<string, string>> = {}): Record<string, string> {
  const keys: readonly string[] = [selectorLabels.version, versionLabel.version];
  return Object.fromEntries(Object.entries(template).filter(([key]) => keys.includes(key)));
}
