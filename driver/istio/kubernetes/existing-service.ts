/**
 * A Service of the same name that is there before the first install. kubectl replaces its selector and its ports at once, long before
 * the first version has a pod: what it leads to now, and would not then, loses its requests.
 */
import { labels, selectorLabels, type Release } from '../../../model';
import type { Api } from '../../kubernetes/api';
import { staysRunning, type Pod, type Service } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';

/** The name of the container port to which the charts' Service leads. */
const portName = 'http';

/** In words; undefined when nothing is lost, or when the Service is of our own making or comes from the user's own YAML. */
export async function lostByInstalling(api: Api, release: Release): Promise<string | undefined> {
  if (release.versions.some(({ workload, adopted }) => workload !== undefined || adopted)) return undefined;
  const live = await api.find<Service>(objectPath('Service', release));
  const { selector = {} } = live?.spec ?? {};
  if (!live || isOwn(live, release) || Object.keys(selector).length === 0) return undefined;
  const pods = await api.list<Pod>(collectionPath('Pod', release.namespace), selector);
  return lostBy(release, live, pods.filter(staysRunning));
}

function isOwn({ metadata }: Service, { name }: Release): boolean {
  return metadata.labels?.[labels.service] === name;
}

function lostBy({ name, port }: Release, { spec: { ports = [] } }: Service, pods: readonly Pod[]): string | undefined {
  if (pods.length === 0) return undefined;
  const left = pods.filter((pod) => !isLedTo(pod, name)).map(({ metadata }) => metadata.name);
  const gone = ports.map((one) => one.port).filter((one) => one !== port);
  const lost = [
    ...(left.length > 0 ? [`its pods ${left.join(', ')}`] : []),
    ...(gone.length > 0 ? [`its port ${gone.join(', ')}`] : []),
  ];
  return lost.length > 0 ? `a Service ${name} that would lose ${lost.join(' and ')}` : undefined;
}

/** For each cause what takes it away. */
export function wayToInstall({ name, port }: Release): string {
  const pods = `${selectorLabels.app}: ${name} and a container port called ${portName}`;
  return `first roll its pods out with the label ${pods}, and let its clients use the port ${port}; or take the Service over with handover import (docs/aboard.md); or use another name in the release file`;
}

function isLedTo({ metadata, spec }: Pod, name: string): boolean {
  const ports = (spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return metadata.labels?.[selectorLabels.app] === name && ports.some((port) => port.name === portName);
}
