/** The Deployment that runs as the first version, and what is deleted with it. */
import { nameOf } from '../../manifests';
import type { Manifest } from '../../model';
import type { Found } from './find';
import { left, taken, type Note } from './note';

export interface AdoptedDeployment {
  readonly deployment: string;
  readonly with: readonly string[];
}

export function adoptionOf(found: Found): AdoptedDeployment {
  return { deployment: found.deployment.metadata.name, with: besideOf(found).map(nameOf) };
}

const deleted = ['HorizontalPodAutoscaler', 'ScaledObject', 'PodDisruptionBudget'];

function besideOf({ scaler, budget }: Found): Manifest[] {
  return [scaler, budget].filter((each) => each !== undefined).filter(({ kind }) => deleted.includes(kind));
}

export function adoptionNotes(found: Found, adopted: AdoptedDeployment | undefined, version: string): Note[] {
  const what = nameOf(found.deployment);
  if (!adopted) return [];
  return [
    taken(what, `as version ${version}, as it is; while a release lasts its rollout is paused, and it still scales`),
    ...adopted.with.map((each) => left(each, `it stays with ${what}, and is deleted with it`)),
  ];
}
