/**
 * A Deployment that is adopted is one version, whatever it is called: its routes may name no subset yet, its pods have labels of
 * their own, and its objects have none of ours.
 */
import { isSubset, type Fields } from '../../../manifests';
import { adoptedVersion, allTo, findAdopted, labelsOf, selectorLabels, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import type { Pod } from '../../kubernetes/objects';
import { collectionPath } from '../../kubernetes/paths';
import type { Observation } from '../observation';

/** Routes to the whole Service are routes to the adopted version, as long as it is the only one behind it. */
export function withAdoptedRoute(seen: Observation, release: Release): Observation {
  const version = adoptedVersion(release);
  if (!seen.route?.whole) return seen;
  const { whole, ...route } = seen.route;
  if (version === undefined) return { ...seen, route };
  // The reason was that they name no subset.
  const { unsupported: _, ...supported } = route;
  return { ...seen, route: { ...supported, whole, split: allTo(version) } };
}

/** Pods of all versions, those that are ending included. */
export async function podsOf(api: Api, release: Release): Promise<readonly Pod[]> {
  const adopted = findAdopted(release);
  const path = collectionPath('Pod', release.namespace);
  const lists = [{ [selectorLabels.app]: release.name }, ...(adopted ? [adopted.labels] : [])];
  const found = (await Promise.all(lists.map((labels) => api.list<Pod>(path, labels)))).flat();
  return [...new Map(found.map((pod) => [pod.metadata.name, pod])).values()];
}

export function isPodOf(release: Pick<Release, 'versions'>, version: string): (pod: Pod) => boolean {
  const labels: Fields = labelsOf(release, version);
  return ({ metadata }) => isSubset(labels, metadata.labels ?? {});
}
