/** Why pods are not ready, and whether that may pass by itself. The most telling source comes first. */
import { quotaTrouble, worstOf, type Trouble } from '../core/trouble';
import type { Api } from './api';
import {
  isEnding,
  isRunning,
  type Condition,
  type ContainerEnd,
  type ContainerStatus,
  type Deployment,
  type Pod,
} from './objects';
import { probeTroubles } from './probe-events';

/** Of a Deployment and its pods: one answer for all of them. */
export async function deploymentTrouble(
  api: Api,
  deployment: Deployment,
  pods: readonly Pod[],
): Promise<Trouble | undefined> {
  const living = pods.filter((pod) => !isEnding(pod));
  const seen = worstOf(living.flatMap((pod) => podTrouble(pod) ?? [])) ?? replicaTrouble(deployment, pods);
  if (seen) return seen;
  const [unready] = living.filter(isUnready);
  const probes = unready ? await probeTroubles(api, deployment.metadata.namespace ?? '', [unready]) : undefined;
  return (unready && probes?.get(unready.metadata.name)) ?? missedDeadline(deployment);
}

export function podTrouble({ metadata, status }: Pod): Trouble | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const trouble = containers.map(containerTrouble).find((found) => found) ?? unschedulable(status?.conditions);
  return trouble && { ...trouble, text: `${metadata.name}: ${brief(trouble.text)}` };
}

/** It runs and is not ready: only events tell what its probe says. */
export function isUnready({ status }: Pod): boolean {
  return status?.containerStatuses?.some((container) => isRunning(container) && !container.ready) ?? false;
}

const longestText = 240;

/** The message of a failed pull lists all its causes, in one line that fills a screen. */
function brief(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}

/** What every pod goes through while it starts. */
const starting = new Set(['', 'ContainerCreating', 'PodInitializing']);
const imageReasons = /^(ErrImage|ImagePull|InvalidImageName|ErrImageNeverPull|ImageInspectError|RegistryUnavailable)/;
/** The kubelet tries again; only after the second failure it calls that a back-off. */
const firstPullFailure = 'ErrImagePull';

function containerTrouble(container: ContainerStatus): Trouble | undefined {
  const { reason = '', message } = container.state?.waiting ?? {};
  const text = message ? `${reason}: ${message}` : reason;
  if (imageReasons.test(reason)) return { kind: 'image', text, isLasting: reason !== firstPullFailure };
  const crash = crashOf(container, reason);
  if (crash) return crash;
  return starting.has(reason) ? undefined : { kind: 'configuration', text, isLasting: true };
}

const crashLoop = 'CrashLoopBackOff';

/** Between two crashes the container runs: it has recovered only when it is ready. */
function crashOf(container: ContainerStatus, reason: string): Trouble | undefined {
  const { ready, restartCount = 0, state, lastState } = container;
  const ended = state?.terminated ?? lastState?.terminated;
  if (reason === crashLoop)
    return { kind: 'crash', text: `${crashLoop}: ${exitOf(ended, restartCount)}`, isLasting: true };
  if (ready || !ended) return undefined;
  return { kind: 'crash', text: exitOf(ended, restartCount), isLasting: restartCount > 1 };
}

function exitOf(ended: ContainerEnd | undefined, restartCount: number): string {
  const cause = ended?.reason ? ` (${ended.reason})` : '';
  return `exit code ${ended?.exitCode ?? 'unknown'}${cause}, restarted ${restartCount} times`;
}

function unschedulable(conditions: readonly Condition[] = []): Trouble | undefined {
  const condition = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return undefined;
  const { reason = 'not scheduled', message = '' } = condition;
  // An autoscaler of the cluster may be on its way with another node.
  return { kind: 'unschedulable', text: `${reason}: ${message}`, isLasting: false };
}

function replicaTrouble(deployment: Deployment, pods: readonly Pod[]): Trouble | undefined {
  const text = replicaFailure(deployment);
  return text === undefined ? undefined : quotaTrouble(text, pods.some(isEnding));
}

/** Pods that could not even be created: a quota, or an admission webhook. */
export function replicaFailure({ status }: Deployment): string | undefined {
  return status?.conditions?.find((condition) => condition.type === 'ReplicaFailure' && condition.status === 'True')
    ?.message;
}

export function hasMissedDeadline(deployment: Deployment): boolean {
  return deadlineOf(deployment) !== undefined;
}

function missedDeadline(deployment: Deployment): Trouble | undefined {
  const condition = deadlineOf(deployment);
  return condition && { kind: 'deadline', text: condition.message ?? 'no progress', isLasting: true };
}

function deadlineOf({ status }: Deployment): Condition | undefined {
  return status?.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
}
