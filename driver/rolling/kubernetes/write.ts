/** The two writes of a rolling update. Both are server-side applies, conditioned on what was seen. */
import { nameOf } from '../../../manifests';
import { selectorLabels, type Manifest } from '../../../model';
import type { Outcome } from '../../core/outcome';
import type { Api } from '../../kubernetes/api';
import { conditioned } from '../../kubernetes/conditioned';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Observation } from '../observation';
import type { Wanted } from '../wanted';
import { applyRequest, asSeen, keepingReplicas, leastOf } from './apply-request';
import { takeOver } from '../../kubernetes/managed-fields';
import type { Deployment, LiveObject, ReplicaSet } from '../../kubernetes/objects';
import { collectionPath, objectPath, pathOf } from '../../kubernetes/paths';
import { withoutHash } from './replica-sets';

export async function writeObject(
  api: Api,
  { release, manifests }: Wanted,
  object: string,
  seen: Observation,
): Promise<Outcome> {
  const manifest = manifests.find((candidate) => nameOf(candidate) === object);
  const before = seen.objects.find(({ name }) => name === object);
  if (!manifest || !before) throw new Error(`expected an object of the release, found ${object}`);
  if (before.resourceVersion === undefined) {
    const whole = keepingReplicas(manifest, undefined, leastOf(release));
    return conditioned(() => api.create(collectionPath(manifest.kind, manifest.metadata.namespace), whole));
  }
  const live = await api.find<LiveObject>(pathOf(manifest));
  if (live?.metadata.resourceVersion !== before.resourceVersion) return 'conflict';
  return conditioned(() => applyOver(api, keepingReplicas(manifest, live, leastOf(release)), live));
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
  return conditioned(() => applyOver(api, body, { ...live, apiVersion: body.apiVersion, kind: body.kind }));
}

async function applyOver(api: Api, body: Manifest, live: LiveObject): Promise<void> {
  const resourceVersion = await takeOver(api, live);
  await api.send(applyRequest(asSeen(body, { ...live, metadata: { ...live.metadata, resourceVersion } })));
}

/** The Deployment says by its label which version it is. */
function labelsOf(live: LiveObject, template: Readonly<Record<string, string>> | undefined) {
  const version = template?.[selectorLabels.version];
  return { ...live.metadata.labels, ...(version !== undefined && { [selectorLabels.version]: version }) };
}
