/** Why the pods of a version are not ready, as far as the cluster says. The most telling source comes first. */
import type { Api } from './api';
import { isRunning, type Condition, type ContainerStatus, type Deployment, type List, type Pod } from './objects';
import { podPath } from './paths';

export async function troubleOf(api: Api, deployment: Deployment, pods: readonly Pod[]): Promise<string | undefined> {
  const living = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  return (
    first(living, podTrouble) ??
    replicaFailure(deployment) ??
    (await failingProbe(api, living)) ??
    missedDeadline(deployment)
  );
}

function first<T>(items: readonly T[], question: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const answer = question(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

export function podTrouble({ metadata, status }: Pod): string | undefined {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const trouble = first(statuses, containerTrouble) ?? unschedulable(status?.conditions);
  return trouble && `${metadata.name}: ${trouble}`;
}

/** What every pod goes through while it starts. */
const starting = new Set(['ContainerCreating', 'PodInitializing']);

function containerTrouble(container: ContainerStatus): string | undefined {
  const { reason, message } = container.state?.waiting ?? {};
  if (reason && !starting.has(reason)) return message ? `${reason}: ${message}` : reason;
  return container.ready ? undefined : restarts(container);
}

function restarts({ restartCount = 0, lastState }: ContainerStatus): string | undefined {
  if (restartCount === 0) return undefined;
  const { reason = 'ended', exitCode = 'unknown' } = lastState?.terminated ?? {};
  return `restarted ${restartCount} times, ${reason} with exit code ${exitCode}`;
}

function unschedulable(conditions: readonly Condition[] = []): string | undefined {
  const condition = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return condition && `${condition.reason ?? 'not scheduled'}: ${condition.message ?? ''}`;
}

/** Pods that could not even be created: a quota, or an admission webhook. */
export function replicaFailure({ status }: Deployment): string | undefined {
  return status?.conditions?.find((condition) => condition.type === 'ReplicaFailure' && condition.status === 'True')
    ?.message;
}

function missedDeadline({ status }: Deployment): string | undefined {
  return status?.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded')?.message;
}

/** Only events tell which probe fails and with what: asked for one pod, and only when nothing else explains it. */
async function failingProbe(api: Api, pods: readonly Pod[]): Promise<string | undefined> {
  const pod = pods.find(({ status }) => {
    const statuses = status?.containerStatuses ?? [];
    return statuses.some((container) => isRunning(container) && !container.ready);
  });
  if (!pod) return undefined;
  const { namespace = '', name } = pod.metadata;
  const fieldSelector = `involvedObject.name=${name},reason=Unhealthy`;
  const path = podPath(namespace).replace(/pods$/, 'events');
  // Events are a convenience: without the right to read them the driver only knows less.
  const events = await api
    .send<List<{ readonly message?: string }>>({ method: 'GET', path, query: { fieldSelector } })
    .catch(() => undefined);
  const message = events?.items.at(-1)?.message;
  return message && `${name}: ${message.trim()}`;
}
