/**
 * Whether a Deployment that runs can be a version: the Service chooses the pods of both versions and no others, and no subset of
 * another version chooses its pods. Asked before the first write, of what is live.
 */
import { fieldsOf, isSubset, nameOf, podLabelsOf, subsetIn, type Fields } from '../../../manifests';
import { findAdopted, type Manifest, type Release } from '../../../model';
import { isServing, type Pod, type Service } from '../../kubernetes/objects';
import { collectionPath, objectPath } from '../../kubernetes/paths';
import { namedObjects } from './adopted-objects';
import { isMadeBy } from './adopted-version';
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
  const [all, service] = await Promise.all([
    api.list<Pod>(collectionPath('Pod', namespace), {}),
    api.find<Service>(objectPath('Service', { namespace, name })),
  ]);
  const others = otherDeployments(carried);
  return {
    problems: [
      ...subsetProblems(deployment, adopted.name, carried, others),
      ...serviceProblems(deployment, service, others),
      ...besideProblems([deployment, ...others.values()], service, all),
    ],
    warnings: adoptionWarnings(deployment, adopted, named, [...others.values()]),
  };
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

/** These get requests now: once the subset chooses the pods of the Deployment alone, all of them would move there (S4). */
function besideProblems(own: readonly Manifest[], service: Service | undefined, all: readonly Pod[]): string[] {
  const selector: Fields | undefined = service?.spec.selector;
  if (!selector) return [];
  const beside = all.filter(
    (pod) =>
      isServing(pod) &&
      isSubset(selector, pod.metadata.labels ?? {}) &&
      !own.some(({ metadata }) => isMadeBy(metadata.name, pod)),
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
