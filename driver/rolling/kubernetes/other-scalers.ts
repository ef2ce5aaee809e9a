/** Autoscalers of the Deployment that no manifest has: left over from an earlier file, or somebody else's. */
import { fieldsOf, nameOf, scales, specOf } from '../../../manifests';
import type { Manifest } from '../../../model';
import type { Autoscaler } from '../../kubernetes/objects';
import { scalersIn, type Wanted } from '../wanted';

/** Only where the manifests say a number of pods: there two would set the same field against each other. */
export function otherScalers(wanted: Wanted, autoscalers: readonly Autoscaler[]): string[] {
  const { deployment } = wanted;
  if (!deployment || specOf(deployment).replicas === undefined) return [];
  const known = scalersIn(wanted);
  return autoscalers
    .map((live) => ({
      ...(live as unknown as Manifest),
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
    }))
    .filter((live) => scales(live, deployment) && !known.some((own) => isSame(own, live) || isOwner(own, live)))
    .map(nameOf);
}

function isSame(own: Manifest, live: Manifest): boolean {
  return own.kind === live.kind && own.metadata.name === live.metadata.name;
}

/** A ScaledObject of KEDA works by an autoscaler that it makes itself. */
function isOwner({ kind, metadata }: Manifest, live: Manifest): boolean {
  const owners = Array.isArray(live.metadata.ownerReferences) ? (live.metadata.ownerReferences as unknown[]) : [];
  return owners.map(fieldsOf).some((owner) => owner.kind === kind && owner.name === metadata.name);
}
