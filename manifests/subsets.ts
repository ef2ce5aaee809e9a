/** The edits of a DestinationRule: which versions have a subset. */
import { subsetName, type Manifest } from '../model';
import { comparable } from './comparable';
import { listOf, specOf, withSpec, type Fields } from './manifest';

/** Their names, in the order of the object. */
export function subsetsOf(destinationRule: Manifest): string[] {
  return listOf(specOf(destinationRule).subsets).map(({ name }) => String(name));
}

/** The subset of a version, as the object has it. */
export function subsetIn(destinationRule: Manifest, version: string): Fields | undefined {
  return listOf(specOf(destinationRule).subsets).find(({ name }) => name === subsetName(version));
}

/** The subsets of exactly these versions, in this order. One that is there stays as it is. */
export function editSubsets(
  destinationRule: Manifest,
  versions: readonly string[],
  subsetOf: (version: string) => object,
): Manifest {
  const subsets = versions.map((version) => subsetIn(destinationRule, version) ?? subsetOf(version));
  return withSpec(destinationRule, 'subsets', subsets.length > 0 ? subsets : undefined);
}

/** What must be equal in a live and a synthesized object. */
export function withoutSubsets(destinationRule: Manifest): Manifest {
  return comparable(withSpec(destinationRule, 'subsets', undefined));
}
