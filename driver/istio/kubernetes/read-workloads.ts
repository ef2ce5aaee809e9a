/** From Deployments and what belongs to them to the versions that exist. */
import { annotations, selectorLabels, versionNames, type Release } from '../../../model';
import { containerName } from '../../../charts';
import type { Workload } from '../observation';
import type { Api } from '../../kubernetes/api';
import type { Autoscaler, Deployment, KubernetesObject, Pod } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import { versionKinds, type VersionKind } from './version-objects';
import { deploymentTrouble } from '../../kubernetes/pod-trouble';

export interface VersionObjects {
  readonly kinds: readonly VersionKind[];
  readonly deployment: Deployment | undefined;
  readonly autoscaler: Autoscaler | undefined;
}

export async function readWorkloads(
  api: Api,
  release: Release,
  pods: Promise<readonly Pod[]>,
): Promise<Record<string, Workload>> {
  const objects = await versionObjects(api, release);
  const workloads = Object.entries(objects)
    .filter(([version, { deployment }]) => deployment || !versionNames(release).includes(version))
    .map(async ([version, found]): Promise<[string, Workload]> => {
      const own = (await pods).filter(({ metadata }) => metadata.labels?.[selectorLabels.version] === version);
      return [version, await workloadOf(api, release, version, found, own)];
    });
  return Object.fromEntries(await Promise.all(workloads));
}

/** Everything that carries the labels of this service and of a version, by version. */
async function versionObjects(api: Api, release: Release): Promise<Record<string, VersionObjects>> {
  const lists = await Promise.all(
    versionKinds.map(async (kind) => {
      const items = await api.list<KubernetesObject>(collectionPath(kind, release.namespace), {
        [selectorLabels.app]: release.name,
      });
      return items.map((item) => ({ kind, item, version: item.metadata.labels?.[selectorLabels.version] }));
    }),
  );
  const found: Record<string, VersionObjects> = {};
  for (const { kind, item, version } of lists.flat()) {
    if (version === undefined) continue;
    const { kinds, ...rest } = found[version] ?? { kinds: [], deployment: undefined, autoscaler: undefined };
    found[version] = { ...rest, ...byKind(kind, item), kinds: [...kinds, kind] };
  }
  return found;
}

function byKind(kind: VersionKind, item: KubernetesObject): Partial<VersionObjects> {
  if (kind === 'Deployment') return { deployment: item as Deployment };
  return kind === 'HorizontalPodAutoscaler' ? { autoscaler: item as Autoscaler } : {};
}

async function workloadOf(
  api: Api,
  release: Release,
  version: string,
  found: VersionObjects,
  pods: readonly Pod[],
): Promise<Workload> {
  const { deployment } = found;
  const autoscaler = autoscalerOf(found);
  if (!deployment) return { ...noDeployment, autoscaler };
  const status = statusOf(deployment);
  const trouble =
    status.available < status.desired ? (await deploymentTrouble(api, deployment, pods))?.text : undefined;
  return { ...templateOf(deployment), ...status, autoscaler, trouble, isPartial: isPartial(release, version, found) };
}

/** A status that is older than the spec tells of other pods than are wanted now (S9). */
function statusOf({ metadata, spec, status = {} }: Deployment) {
  const isCurrent = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return { desired: spec.replicas ?? 1, available: isCurrent ? (status.availableReplicas ?? 0) : 0, isCurrent };
}

function templateOf({ spec: { template } }: Deployment) {
  return {
    image: template.spec.containers.find(({ name }) => name === containerName)?.image ?? '',
    contentHash: template.metadata?.annotations?.[annotations.contentHash] ?? '',
  };
}

function autoscalerOf({ autoscaler }: VersionObjects): Workload['autoscaler'] {
  return autoscaler && { minimum: autoscaler.spec.minReplicas ?? 1, maximum: autoscaler.spec.maxReplicas };
}

/** Only what the release file lists can be completed. */
function isPartial(release: Release, version: string, { kinds }: VersionObjects): boolean {
  if (!versionNames(release).includes(version)) return false;
  const expected = versionKinds.filter((kind) => kind !== 'HorizontalPodAutoscaler' || release.autoscaling);
  return expected.some((kind) => !kinds.includes(kind));
}

/** What a removal that was cut off has left. A listed version in this state is not there yet, and is added. */
const noDeployment = {
  image: '',
  contentHash: '',
  desired: 0,
  available: 0,
  isCurrent: true,
  trouble: 'it has no Deployment',
} as const;
