/** What an adopted Deployment shares with the next version, though its owner did not mean that: told, and no reason to refuse. */
import { choosesByLabels, fieldsOf, nameOf, podLabelsOf, specOf } from '../../../manifests';
import type { Adopted, Manifest } from '../../../model';
import type { NamedObjects } from './adopted-objects';

export function adoptionWarnings(
  deployment: Manifest,
  adopted: Adopted,
  named: NamedObjects,
  others: readonly Manifest[],
): string[] {
  return [
    ...missingBeside(adopted, [...named.own, ...named.others]),
    ...named.others.map(servesOthers),
    ...chosenTwice(deployment, named.own, others),
  ];
}

function servesOthers(each: Manifest): string {
  const { kind = 'Deployment', name } = fieldsOf(specOf(each).scaleTargetRef) as { kind?: string; name?: string };
  const what = name === undefined ? 'protects pods of others, too' : `scales ${kind}/${name}`;
  return `${nameOf(each)}, which the release file adopts, ${what}: it stays as it is`;
}

function missingBeside({ objects }: Adopted, live: readonly Manifest[]): string[] {
  const isThere = (kind: string, name: string) =>
    live.some((each) => each.kind === kind && each.metadata.name === name);
  const missing = objects.filter(({ kind, name }) => !isThere(kind, name));
  return missing.map(({ kind, name }) => `${kind}/${name}, which the release file adopts, is not there`);
}

/** Labels that all versions have choose the pods of all: of a budget and of an autoscaler that is not what their owner meant. */
function chosenTwice(deployment: Manifest, live: readonly Manifest[], others: readonly Manifest[]): string[] {
  return others.flatMap((other) => [
    ...live
      .filter((each) => each.kind === 'PodDisruptionBudget' && choosesByLabels(each, podLabelsOf(other)))
      .map(
        (each) =>
          `${nameOf(each)} chooses the pods of ${nameOf(other)}, too: Kubernetes evicts no pod with two budgets, until the first is deleted`,
      ),
    ...live
      .filter((each) => 'scaleTargetRef' in specOf(each) && choosesByLabels(deployment, podLabelsOf(other)))
      .map(
        (each) =>
          `${nameOf(each)} counts the pods of ${nameOf(other)}, too, as ${nameOf(deployment)} selects by labels that they have: it may ask for more pods than are needed`,
      ),
  ]);
}
