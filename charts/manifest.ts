/** The metadata that all objects of a release share. */
import { labels, selectorLabels, type Release, type Version } from '../model';

/** The labels of a pod: handover's own, and those that selectors and subsets use. */
export function podLabels({ name }: Release, version: Version): Record<string, string> {
  return {
    [selectorLabels.app]: name,
    [labels.service]: name,
    [labels.version]: version.name,
    [selectorLabels.version]: version.name,
  };
}

/**
 * Names are explicit: generated ones change with the path of a construct, and the driver and Istio refer to them.
 * The namespace is explicit too, so that no object ends up where kubectl happens to point.
 */
export function objectMeta(release: Release, name: string, version?: Version) {
  const ofService = { [selectorLabels.app]: release.name, [labels.service]: release.name };
  return { labels: version ? podLabels(release, version) : ofService, name, namespace: release.namespace };
}

/**
 * Of the account, the rights and the Job of a driver. They are no objects of the service: an administrator gives rights,
 * and a driver must not find its own among what it may create.
 */
export function accessMeta({ name: service, namespace }: Release, name: string) {
  return { labels: { [selectorLabels.app]: service }, name, namespace };
}

/** Of rights outside the service's namespace: the name must tell whose they are. */
export function grantName({ namespace, name }: Release): string {
  return `handover-${namespace}-${name}`;
}
