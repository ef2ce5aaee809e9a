/** The objects of one version. */
import { versionedName, type Release } from '../../../model';
import { objectPath } from '../../kubernetes/paths';

/** In the order to create them: pods find their ConfigMap, an autoscaler its Deployment. */
export const versionKinds = ['ConfigMap', 'PodDisruptionBudget', 'Deployment', 'HorizontalPodAutoscaler'] as const;
export type VersionKind = (typeof versionKinds)[number];

export function versionPath(kind: VersionKind, { namespace, name }: Release, version: string): string {
  return objectPath(kind, { namespace, name: versionedName(name, version) });
}
