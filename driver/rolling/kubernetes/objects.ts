/** The parts of the objects of a rolling update that are read, as they come over the wire. */
import type { Manifest } from '../../../charts';
import type { Condition, Metadata, Pod } from '../../kubernetes/objects';

export type { Condition, ContainerStatus, Pod } from '../../kubernetes/objects';

export interface OwnedMetadata extends Metadata {
  readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly lifecycle?: { readonly preStop?: PreStop };
}

export interface PreStop {
  readonly sleep?: { readonly seconds: number };
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: object;
}

export interface PodTemplate {
  readonly metadata?: Partial<Metadata>;
  readonly spec: { readonly containers: readonly Container[]; readonly terminationGracePeriodSeconds?: number };
}

export interface LiveDeployment {
  readonly metadata: OwnedMetadata;
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
    };
    readonly minReadySeconds?: number;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface ReplicaSet {
  readonly metadata: OwnedMetadata;
  readonly spec: { readonly template: PodTemplate };
  readonly status?: { readonly availableReplicas?: number };
}

export interface ConfigMap {
  readonly metadata: OwnedMetadata;
  readonly data?: Readonly<Record<string, string>>;
}

export interface OwnedPod extends Pod {
  readonly metadata: OwnedMetadata;
}

export interface LiveObject extends Manifest {
  readonly metadata: Manifest['metadata'] & { readonly uid: string; readonly resourceVersion: string };
}

export function isOwnedBy({ ownerReferences = [] }: OwnedMetadata, uid: string | undefined): boolean {
  return ownerReferences.some((owner) => owner.controller === true && owner.uid === uid);
}
