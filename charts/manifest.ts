/** A Kubernetes object as it goes to the API server, and the metadata that all objects of a release share. */
import { labels, type Release, type Version } from '../model';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** The labels of a pod. Selectors use all or some of them. */
export function podLabels(release: Release, version: Version): Record<string, string> {
  return { [labels.app]: release.name, [labels.version]: version.name };
}

/**
 * Names are explicit: generated ones change with the path of a construct, and the driver and Istio refer to them.
 * The namespace is explicit too, so that no object ends up where kubectl happens to point. The keys are in the order in
 * which cdk8s sorts them, so that what the driver writes equals what synth writes byte for byte.
 */
export function objectMeta(release: Release, name: string, version?: Version) {
  return {
    labels: version ? podLabels(release, version) : { [labels.app]: release.name },
    name,
    namespace: release.namespace,
  };
}
