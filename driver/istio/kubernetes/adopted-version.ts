/**
 * A Deployment that is adopted is one version, whatever it is called: its routes may name no subset yet, its pods have labels of
 * their own, and its objects have none of ours.
 */
import { adoptedVersion, allTo, findAdopted, selectorLabels, templateHashLabel, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import type { Deployment, Pod } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
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
  const { namespace, name } = release;
  const adopted = findAdopted(release);
  const lists = [listed(api, namespace, { [selectorLabels.app]: name })];
  if (adopted) lists.push(podsOfDeployment(api, namespace, adopted.deployment));
  const found = (await Promise.all(lists)).flat();
  return [...new Map(found.map((pod) => [pod.metadata.name, pod])).values()];
}

/** Its selector cannot change. When it is gone, nobody knows that of the pods that are still ending. */
async function podsOfDeployment(api: Api, namespace: string, name: string): Promise<Pod[]> {
  const deployment = await api.find<Deployment>(objectPath('Deployment', { namespace, name }));
  const found = await listed(api, namespace, deployment?.spec.selector.matchLabels ?? {});
  return found.filter((pod) => isMadeBy(name, pod));
}

function listed(api: Api, namespace: string, labels: Readonly<Record<string, string>>): Promise<Pod[]> {
  return api.list<Pod>(collectionPath('Pod', namespace), labels);
}

/** Those of an adopted one are known by what made them: its owner may give them any labels, also those of another version. */
export function isPodOf({ versions }: Pick<Release, 'versions'>, version: string): (pod: Pod) => boolean {
  const adopted = findAdopted({ versions });
  const isAdopted = (pod: Pod) => adopted !== undefined && isMadeBy(adopted.deployment, pod);
  if (adopted?.name === version) return isAdopted;
  return (pod) => pod.metadata.labels?.[selectorLabels.version] === version && !isAdopted(pod);
}

/** A pod says by which ReplicaSet it was made, and that is called after its Deployment and its template. */
export function isMadeBy(deployment: string, { metadata: { labels = {}, ownerReferences = [] } }: Pod): boolean {
  const replicaSet = `${deployment}-${labels[templateHashLabel] ?? ''}`;
  return ownerReferences.some(({ kind, name }) => kind === 'ReplicaSet' && name === replicaSet);
}
