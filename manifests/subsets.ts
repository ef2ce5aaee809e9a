/** The edits of a DestinationRule: which versions have a subset. */
import { subsetName, templateHashLabel, type Manifest } from '../model';
import { comparable } from './comparable';
import { fieldsOf, listOf, specOf, withField, withSpec, type Fields } from './manifest';

/** Their names, in the order of the object. */
export function subsetsOf(destinationRule: Manifest): string[] {
  return listOf(specOf(destinationRule).subsets).map(({ name }) => String(name));
}

/** The subset of a version, as the object has it. */
export function subsetIn(destinationRule: Manifest, version: string): Fields | undefined {
  return listOf(specOf(destinationRule).subsets).find(({ name }) => name === subsetName(version));
}

/**
 * The subsets of exactly these versions, or of these very names. One that is there stays as it is, and where it is. A new one
 * comes to the place that it has in `wanted`, the synthesized rule, so that the two do not differ in order.
 */
export function editSubsets(
  destinationRule: Manifest,
  versions: readonly string[],
  subsetOf: (version: string) => object,
  wanted: Manifest = destinationRule,
): Manifest {
  const kept = listOf(specOf(destinationRule).subsets).filter(({ name }) =>
    versions.some((version) => name === version || name === subsetName(version)),
  );
  const isKept = (version: string) => kept.some(({ name }) => name === version || name === subsetName(version));
  const order = subsetsOf(wanted);
  const subsets = versions
    .filter((version) => !isKept(version))
    .reduce<readonly Fields[]>((all, version) => inserted(all, { ...subsetOf(version) }, order), kept);
  return withSpec(destinationRule, 'subsets', subsets.length > 0 ? subsets : undefined);
}

/** By name of a subset that chooses by no other label than the one of a pod template: its value, or '' of one that has no labels. */
export function choicesOf(destinationRule: Manifest): Record<string, string> {
  const found = listOf(specOf(destinationRule).subsets).flatMap(({ name, labels }) => {
    const { [templateHashLabel]: hash = '', ...others } = fieldsOf(labels);
    return Object.keys(others).length === 0 ? [[String(name), String(hash)]] : [];
  });
  return Object.fromEntries(found) as Record<string, string>;
}

/** The subset of this version chooses the pods of one template and no others; by '' all pods of the Service. */
export function withChoice(destinationRule: Manifest, version: string, hash: string): Manifest {
  const subsets = listOf(specOf(destinationRule).subsets).map((subset) =>
    subset.name === subsetName(version)
      ? withField(subset, 'labels', hash === '' ? undefined : { [templateHashLabel]: hash })
      : subset,
  );
  return withSpec(destinationRule, 'subsets', subsets);
}

/** Before the first of those that follow it in the order. */
function inserted(all: readonly Fields[], subset: Fields, order: readonly string[]): readonly Fields[] {
  const place = order.indexOf(String(subset.name));
  const following = place < 0 ? [] : order.slice(place + 1);
  const found = all.findIndex(({ name }) => following.includes(String(name)));
  const before = found < 0 ? all.length : found;
  return [...all.slice(0, before), subset, ...all.slice(before)];
}

/** A rule with the subset of this version alone: what can be compared of it. Undefined when it has none. */
export function withSubsetAlone(destinationRule: Manifest, version: string): Manifest | undefined {
  const subset = subsetIn(destinationRule, version);
  return subset && comparable({ ...destinationRule, spec: { subsets: [subset] } });
}

/** What must be equal in a live and a synthesized object. */
export function withoutSubsets(destinationRule: Manifest): Manifest {
  return comparable(withSpec(destinationRule, 'subsets', undefined));
}
