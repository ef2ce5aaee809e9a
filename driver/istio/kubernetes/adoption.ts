/**
 * Whether a Deployment that runs can be a version: its subset chooses its pods and no others, and the Service chooses the pods of
 * both versions. Asked before the first write, of what is live.
 */
import {
  fieldsOf,
  isSubset,
  leadsToWholeService,
  nameOf,
  podLabelsOf,
  subsetIn,
  type Fields,
} from '../../../manifests';
import { findAdopted, serviceHost, type Adopted, type Manifest, type Release } from '../../../model';
import { isServing, type Pod, type Service } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import { namedObjects } from './adopted-objects';
import { adoptionWarnings } from './adoption-warnings';
import type { Carried } from './carried';
import type { Writer } from './writer';

export interface Adoption {
  /** Why it cannot be, each as a sentence. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const fits: Adoption = { problems: [], warnings: [] };

export async function adoptionOf(writer: Writer, release: Release): Promise<Adoption> {
  const adopted = findAdopted(release);
  if (!adopted) return fits;
  const named = await namedObjects(writer, release);
  const deployment = named.own.find(({ kind }) => kind === 'Deployment');
  // That it is missing is told by the look.
  if (!deployment) return fits;
  const { api, carried } = writer;
  const { namespace, name } = release;
  const [all, service, route] = await Promise.all([
    api.list<Pod>(collectionPath('Pod', namespace), {}),
    api.find<Service>(objectPath('Service', { namespace, name })),
    api.find<Manifest>(objectPath('VirtualService', { namespace, name })),
  ]);
  const others = otherDeployments(carried);
  return {
    problems: [
      ...podProblems(deployment, adopted, all),
      ...templateProblems(deployment, adopted),
      ...subsetProblems(deployment, adopted.name, carried, others),
      ...serviceProblems(deployment, service, others),
      ...(route && leadsToWholeService(route, serviceHost(name, namespace))
        ? besideProblems([deployment, ...others.values()], service, all)
        : []),
    ],
    warnings: adoptionWarnings(deployment, adopted, named, [...others.values()]),
  };
}

/** A pod says by which ReplicaSet it was made, and that is called after its Deployment and its template. */
function isMadeBy({ metadata }: Manifest, { metadata: { labels = {}, ownerReferences = [] } }: Pod): boolean {
  const replicaSet = `${metadata.name}-${labels['pod-template-hash'] ?? ''}`;
  return ownerReferences.some(({ kind, name }) => kind === 'ReplicaSet' && name === replicaSet);
}

function podProblems(deployment: Manifest, { labels }: Adopted, all: readonly Pod[]): string[] {
  const isChosen = ({ metadata }: Pod) => isSubset(labels, metadata.labels ?? {});
  const left = all.filter((pod) => isMadeBy(deployment, pod) && !isChosen(pod));
  const foreign = all.filter((pod) => isChosen(pod) && !isMadeBy(deployment, pod));
  return [
    ...(left.length > 0 ? [`pods of ${nameOf(deployment)} without the labels ${textOf(labels)}: ${names(left)}`] : []),
    ...(foreign.length > 0 ? [`other pods with the labels ${textOf(labels)}: ${names(foreign)}`] : []),
  ];
}

/** The next pod of it must be chosen, too. */
function templateProblems(deployment: Manifest, { labels }: Adopted): string[] {
  if (isSubset(labels, podLabelsOf(deployment))) return [];
  return [`a pod template of ${nameOf(deployment)} without the labels ${textOf(labels)}`];
}

/** That its own subset chooses none of theirs, synth has shown. */
function subsetProblems(
  deployment: Manifest,
  version: string,
  carried: Carried,
  others: ReadonlyMap<string, Manifest>,
): string[] {
  const choosing = [...others.keys()].filter((other) => {
    const subset = other === version ? undefined : carried && subsetIn(carried.destinationRule, other);
    return subset && isSubset(fieldsOf(subset.labels), podLabelsOf(deployment));
  });
  return choosing.map((other) => `a subset of ${other} that chooses the pods of ${nameOf(deployment)}, too`);
}

function serviceProblems(
  deployment: Manifest,
  service: Service | undefined,
  others: ReadonlyMap<string, Manifest>,
): string[] {
  if (!service) return ['no Service of the name of the release'];
  const selector: Fields = service.spec.selector ?? {};
  const without = [deployment, ...others.values()].filter((each) => !isSubset(selector, podLabelsOf(each)));
  return without.map((each) => `a Service that does not select the pods of ${nameOf(each)}: ${textOf(selector)}`);
}

/** While routes lead to the whole Service, these get requests: by the take-over all of them would move to the adopted one (S4). */
function besideProblems(own: readonly Manifest[], service: Service | undefined, all: readonly Pod[]): string[] {
  const selector: Fields | undefined = service?.spec.selector;
  if (!selector) return [];
  const beside = all.filter(
    (pod) =>
      isServing(pod) &&
      isSubset(selector, pod.metadata.labels ?? {}) &&
      !own.some((deployment) => isMadeBy(deployment, pod)),
  );
  if (beside.length === 0) return [];
  return [
    `other pods behind the Service, which would get no request any more (take them away first): ${names(beside)}`,
  ];
}

function otherDeployments(carried: Carried): ReadonlyMap<string, Manifest> {
  const all = Object.entries(carried?.versions ?? {}).flatMap(([version, { objects }]) =>
    objects.filter(({ kind }) => kind === 'Deployment').map((each) => [version, each] as const),
  );
  return new Map(all);
}

function textOf(labels: Fields): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ');
}

function names(pods: readonly Pod[]): string {
  return pods.map(({ metadata }) => metadata.name).join(', ');
}
