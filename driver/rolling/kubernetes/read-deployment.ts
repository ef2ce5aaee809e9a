/** From a Deployment to plain data. */
import { hasCurrentStatus, type Deployment } from '../../kubernetes/objects';
import { hasMissedDeadline, replicaFailure } from '../../kubernetes/pod-trouble';
import type { ObservedDeployment } from '../observation';

/** `least`: what an autoscaler of the manifests keeps; 0 without one. */
export function observedDeployment(live: Deployment, least: number): ObservedDeployment {
  const { metadata, spec, status = {} } = live;
  const { replicas = 1, paused: isPaused = false } = spec;
  return {
    resourceVersion: metadata.resourceVersion ?? '',
    isCurrent: hasCurrentStatus(live),
    // An autoscaler raises a new Deployment to its minimum only after its first look. One of 0 pods it leaves alone.
    wanted: replicas === 0 ? 0 : Math.max(replicas, least),
    ...counts(status),
    isPaused,
    maxUnavailable: maxUnavailable(spec.strategy),
    selector: spec.selector.matchLabels ?? {},
    hasMissedDeadline: hasMissedDeadline(live),
    replicaFailure: replicaFailure(live),
  };
}

function counts({ updatedReplicas = 0, availableReplicas = 0, replicas = 0 }: NonNullable<Deployment['status']>) {
  return { updated: updatedReplicas, available: availableReplicas, total: replicas };
}

function maxUnavailable(strategy: Deployment['spec']['strategy']): string {
  return strategy?.type === 'Recreate' ? 'all' : String(strategy?.rollingUpdate?.maxUnavailable ?? '25%');
}
