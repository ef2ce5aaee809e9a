/** Whether the Deployment that runs can be the first version as it is: its subset needs labels that no other version gets. */
import { listOf, nameOf, podLabelsOf, specOf, type Fields } from '../../manifests';
import { selectorLabels, type Manifest } from '../../model';
import type { Found } from './find';
import { left, taken, type Note } from './note';

export interface AdoptedDeployment {
  readonly deployment: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly with: readonly string[];
}

/** `subset`: which its routes name already. */
export function adoptionOf(found: Found, subset: string | undefined): AdoptedDeployment | undefined {
  const labels = subset === undefined ? ownLabels(found) : labelsOfSubset(found, subset);
  if (!labels || !Object.keys(labels).some((key) => isItsOwn(key, labels, found))) return undefined;
  return { deployment: found.deployment.metadata.name, labels, with: besideOf(found).map(nameOf) };
}

/** The next version is made of the same template, with another version, and the name of the Service as app. */
function isItsOwn(key: string, labels: Fields, { service }: Found): boolean {
  if (key === selectorLabels.version) return true;
  return key === selectorLabels.app && labels[key] !== service.metadata.name;
}

function ownLabels(found: Found): Record<string, string> | undefined {
  const labels = podLabelsOf(found.deployment);
  const key = [selectorLabels.version, selectorLabels.app].find(
    (each) => typeof labels[each] === 'string' && isItsOwn(each, labels, found),
  );
  return key === undefined ? undefined : { [key]: String(labels[key]) };
}

function labelsOfSubset({ rule }: Found, subset: string): Record<string, string> | undefined {
  const known = rule && listOf(specOf(rule).subsets).find(({ name }) => name === subset);
  return known?.labels as Record<string, string> | undefined;
}

const deleted = ['HorizontalPodAutoscaler', 'ScaledObject', 'PodDisruptionBudget'];

function besideOf({ scaler, budget }: Found): Manifest[] {
  return [scaler, budget].filter((each) => each !== undefined).filter(({ kind }) => deleted.includes(kind));
}

export function adoptionNotes(found: Found, adopted: AdoptedDeployment | undefined, version: string): Note[] {
  const what = nameOf(found.deployment);
  if (!adopted) return [];
  const labels = Object.entries(adopted.labels).map(([key, value]) => `${key}: ${value}`);
  return [
    taken(what, `as version ${version}, as it is: by the labels ${labels.join(', ')}, which no other version gets`),
    ...adopted.with.map((each) => left(each, `it stays with ${what}, and is deleted with it`)),
  ];
}
