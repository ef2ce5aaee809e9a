/** Autoscalers that handover knows: HorizontalPodAutoscaler and KEDA's ScaledObject. */
import type { Manifest } from '../model';
import { isKind } from './kinds';
import { fieldsOf, specOf } from './manifest';

export interface Scaler {
  readonly minimum: number;
  readonly maximum: number;
}

/** Undefined unless the object scales this Deployment. */
export function scalerOf(manifest: Manifest, deployment: Manifest): Scaler | undefined {
  const { scaleTargetRef, ...spec } = specOf(manifest);
  const { kind = 'Deployment', name } = fieldsOf(scaleTargetRef);
  if (kind !== 'Deployment' || name !== deployment.metadata.name) return undefined;
  if (isKind(manifest, 'HorizontalPodAutoscaler', 'autoscaling'))
    return { minimum: numberOr(spec.minReplicas, 1), maximum: numberOr(spec.maxReplicas, 1) };
  if (isKind(manifest, 'ScaledObject', 'keda.sh'))
    return { minimum: numberOr(spec.minReplicaCount, 0), maximum: numberOr(spec.maxReplicaCount, 100) };
  return undefined;
}

export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
