/** Autoscalers that handover knows: HorizontalPodAutoscaler and KEDA's ScaledObject. */
import type { Manifest } from '../model';
import { isKind } from './kinds';
import { fieldsOf, specOf } from './manifest';

export function scales(manifest: Manifest, deployment: Manifest): boolean {
  const { kind = 'Deployment', name } = fieldsOf(specOf(manifest).scaleTargetRef);
  if (kind !== 'Deployment' || name !== deployment.metadata.name) return false;
  return isKind(manifest, 'HorizontalPodAutoscaler', 'autoscaling') || isKind(manifest, 'ScaledObject', 'keda.sh');
}
