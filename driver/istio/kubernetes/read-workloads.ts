/** From Deployments and what belongs to them to the versions that exist. */
import { identityOf } from '../../../manifests';
import { annotations, type Release, type Manifest } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { hasCurrentStatus, proxyContainer, type Deployment, type Pod } from '../../kubernetes/objects';
import { deploymentTrouble } from '../../kubernetes/pod-trouble';
import type { Workload } from '../observation';
import type { ReleaseRecord } from '../record';
import { isPodOf } from './adopted-version';
import { rolloutOf } from './rollout';
import { autoscalerAmong, deploymentKind, kindsOf, versionObjects } from './version-objects';
import type { Writer } from './writer';

export async function readWorkloads(
  eyes: Pick<Writer, 'api' | 'paths' | 'carried'>,
  release: Release,
  pods: Promise<readonly Pod[]>,
  recorded: Promise<ReleaseRecord['objects']> = Promise.resolve({}),
): Promise<Record<string, Workload>> {
  const found = await versionObjects(eyes, release, kindsOf(eyes.carried, await recorded));
  const workloads = Object.entries(found).map(async ([version, objects]): Promise<[string, Workload]> => {
    const own = (await pods).filter(isPodOf(release, version));
    const wanted = eyes.carried?.versions[version]?.objects ?? [];
    const workload = withDeclared(await workloadOf(eyes.api, objects, own), wanted);
    const rollout = rolloutOf(release, version, objects, own);
    return [version, { ...workload, isPartial: isPartial(wanted, objects), ...(rollout && { rollout }) }];
  });
  return Object.fromEntries(await Promise.all(workloads));
}

async function workloadOf(api: Api, objects: readonly Manifest[], pods: readonly Pod[]): Promise<Workload> {
  const deployment = objects.find(({ kind }) => kind === deploymentKind) as (Manifest & Deployment) | undefined;
  const autoscaler = autoscalerOf(objects);
  if (!deployment) return { ...noDeployment, pods: pods.length, autoscaler };
  const status = statusOf(deployment);
  const trouble =
    status.available < status.desired ? (await deploymentTrouble(api, deployment, pods))?.text : undefined;
  return { ...templateOf(deployment), ...status, autoscaler, trouble };
}

function statusOf(deployment: Deployment) {
  const { spec, status = {} } = deployment;
  const isCurrent = hasCurrentStatus(deployment);
  return { desired: spec.replicas ?? 1, available: isCurrent ? (status.availableReplicas ?? 0) : 0, isCurrent };
}

function templateOf({ spec: { template } }: Deployment) {
  return {
    image: template.spec.containers.find(({ name }) => name !== proxyContainer)?.image ?? '',
    contentHash: template.metadata?.annotations?.[annotations.contentHash] ?? '',
  };
}

function autoscalerOf(objects: readonly Manifest[]): Workload['autoscaler'] {
  const autoscaler = autoscalerAmong(objects);
  return autoscaler && { minimum: autoscaler.spec.minReplicas ?? 1, maximum: autoscaler.spec.maxReplicas };
}

/** The numbers that the manifests give, beside those that are live: a person or a release may have changed these. */
function withDeclared(workload: Workload, wanted: readonly Manifest[]): Workload {
  const deployment = wanted.find(({ kind }) => kind === deploymentKind) as (Manifest & Deployment) | undefined;
  const declared = autoscalerOf(wanted)?.minimum;
  const { autoscaler } = workload;
  if (autoscaler) return { ...workload, autoscaler: { ...autoscaler, ...(declared !== undefined && { declared }) } };
  return deployment ? { ...workload, declaredPods: deployment.spec.replicas ?? 1 } : workload;
}

/** Creating or removing it was cut off. Only what the manifests have can be completed. */
function isPartial(wanted: readonly Manifest[], objects: readonly Manifest[]): boolean {
  const there = new Set(objects.map(identityOf));
  return wanted.some((manifest) => !there.has(identityOf(manifest)));
}

/** What a removal has left. A version in this state that has to exist is completed. */
const noDeployment = {
  image: '',
  contentHash: '',
  desired: 0,
  available: 0,
  isCurrent: true,
  isGone: true,
  trouble: 'it has no Deployment',
} as const;
