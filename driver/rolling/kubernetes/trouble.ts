/** Why a pod does not come up, and whether that may pass by itself. */
import type { Trouble } from '../observation';
import type { Condition, ContainerStatus, Pod } from './objects';

/** What every pod goes through while it starts. */
const starting = new Set(['', 'ContainerCreating', 'PodInitializing']);
const imageReasons = /^(ErrImage|ImagePull|InvalidImageName|ErrImageNeverPull|ImageInspectError|RegistryUnavailable)/;
const longestText = 240;
/** The kubelet tries again; only after the second failure it calls that a back-off. */
const firstPullFailure = 'ErrImagePull';

export function podTrouble({ metadata, status }: Pod): Trouble | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const trouble = containers.map(containerTrouble).find((found) => found) ?? unschedulable(status?.conditions);
  return trouble && { ...trouble, text: `${metadata.name}: ${brief(trouble.text)}` };
}

/** A failed pull is told with all its causes, in one line that fills a screen. */
function brief(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`;
}

function containerTrouble(container: ContainerStatus): Trouble | undefined {
  const { reason = '', message } = container.state?.waiting ?? {};
  const text = message ? `${reason}: ${message}` : reason;
  if (imageReasons.test(reason)) return { kind: 'image', text, isLasting: reason !== firstPullFailure };
  const crash = crashOf(container, reason);
  if (crash) return crash;
  return starting.has(reason) ? undefined : { kind: 'configuration', text, isLasting: true };
}

/** Between two crashes the container runs: it has recovered only when it is ready. */
function crashOf(container: ContainerStatus, reason: string): Trouble | undefined {
  const { ready, restartCount = 0, state, lastState } = container;
  const ended = state?.terminated ?? lastState?.terminated;
  const isBackingOff = reason === 'CrashLoopBackOff';
  if (!isBackingOff && (ready || !ended)) return undefined;
  const how = ended && ` with exit code ${ended.exitCode} (${ended.reason})`;
  const text = `${reason || 'crashed'}: the container ended${how ?? ''}, and was started again ${restartCount} times`;
  return { kind: 'crash', text, isLasting: isBackingOff || restartCount > 1 };
}

function unschedulable(conditions: readonly Condition[] = []): Trouble | undefined {
  const condition = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return undefined;
  // An autoscaler of the cluster may be on its way with another node.
  return { kind: 'unschedulable', text: `${condition.reason}: ${condition.message}`, isLasting: false };
}

/** It runs and is not ready: only its events tell what its probe says. */
export function awaitsProbe({ metadata, status }: Pod): boolean {
  const isRunning = status?.containerStatuses?.some(({ ready, state }) => state?.running && !ready) ?? false;
  return isRunning && metadata.deletionTimestamp === undefined;
}

export function probeTrouble(pod: Pod, message: string): Trouble {
  return { kind: 'probe', text: `${pod.metadata.name}: ${message.trim()}`, isLasting: false };
}
