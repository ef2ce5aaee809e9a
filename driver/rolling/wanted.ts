/** What is wanted live: what synth wrote of the release file. Read once for a command: a look comes twice a second. */
import { fieldsOf, scales, specOf } from '../../manifests';
import type { Manifest, Release } from '../../model';

export interface Wanted {
  readonly release: Release;
  /** In the order to write them. None for a rollback, which needs no synth: it changes the template alone. */
  readonly manifests: readonly Manifest[];
  readonly deployment: Manifest | undefined;
}

export function nothingWanted(release: Release): Wanted {
  return { release, manifests: [], deployment: undefined };
}

/** What of the manifests scales the Deployment. */
export function scalersIn({ manifests, deployment }: Wanted): readonly Manifest[] {
  return deployment ? manifests.filter((manifest) => scales(manifest, deployment)) : [];
}

/** The pods that serve before any autoscaler has acted: what it keeps at least, or what the Deployment says. */
export function leastPods(wanted: Wanted): number {
  const minimums = scalersIn(wanted).map((scaler) => {
    const { minReplicas, minReplicaCount } = specOf(scaler);
    return Number(minReplicas ?? minReplicaCount ?? 1);
  });
  return minimums.length > 0 ? Math.max(1, ...minimums) : replicasIn(wanted.deployment);
}

function replicasIn(deployment: Manifest | undefined): number {
  return deployment ? Number(fieldsOf(deployment.spec).replicas ?? 1) : 1;
}
