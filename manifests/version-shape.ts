/** The objects of one version: its Deployment, what scales it, and everything else that is created and removed with it. */
import { labels, selectorLabels, type Manifest } from '../model';
import { isKind, whyNotCreated } from './kinds';
import { fieldsOf, specOf, type Fields } from './manifest';
import { problemAt, type ManifestProblem, type Placed } from './problem';
import { scales } from './scaler';
import type { ServiceName } from './service-objects';
import { subsetIn } from './subsets';

export interface VersionShape {
  /** In the order to create them: the rest, the Deployment, what scales it. */
  readonly objects: readonly Manifest[];
  /** Those of them that scale the Deployment. */
  readonly scalers: readonly Manifest[];
  /** That it starts with: the least of what scales it, or what the Deployment says. */
  readonly pods: number;
}

export function isDeployment(manifest: Manifest): boolean {
  return isKind(manifest, 'Deployment', 'apps');
}

export function versionShape(objects: readonly Manifest[], deployment: Manifest): VersionShape {
  const scalers = objects.filter((each) => scales(each, deployment));
  const rest = objects.filter((each) => each !== deployment && !scalers.includes(each));
  return { objects: [...rest, deployment, ...scalers], scalers, pods: podsOf(deployment, scalers) };
}

function podsOf(deployment: Manifest, scalers: readonly Manifest[]): number {
  const least = scalers.map(specOf).map(({ minReplicas, minReplicaCount }) => minReplicas ?? minReplicaCount ?? 1);
  const { replicas = 1 } = specOf(deployment);
  return Math.max(1, Number(least.length > 0 ? Math.max(...least.map(Number)) : replicas));
}

/** What is wrong with the objects of one version that the file lists. `otherwise`: the place for what is not there. */
export function versionProblems(
  version: string,
  objects: readonly Placed[],
  otherwise: Placed,
  service: ServiceName,
): ManifestProblem[] {
  const [first, second] = objects.filter(({ manifest }) => isDeployment(manifest));
  const expected = `one Deployment of version ${version}`;
  const fix = `put the label ${labels.version}: ${version} on its Deployment, or take ${version} out of the release file`;
  return [
    ...(first ? [] : [problemAt(objects[0] ?? otherwise, expected, 'none', fix)]),
    ...(second ? [problemAt(second, expected, 'another one', 'give each Deployment a version of its own')] : []),
    ...(first ? podLabelProblems(version, first, service.name) : []),
    ...objects.flatMap((each) => refusedProblem(version, each, service.namespace)),
  ];
}

/** By these labels the driver finds the pods whose requests it counts: without them a busy version would look idle. */
export function podLabelProblems(version: string, deployment: Placed, service: string): ManifestProblem[] {
  const labels = podLabels(deployment.manifest);
  const wanted = { [selectorLabels.app]: service, [selectorLabels.version]: version };
  return Object.entries(wanted)
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => {
      const expected = `the label ${key}: ${value} on the pods of version ${version}`;
      return problemAt(
        deployment,
        expected,
        String((labels[key] as string | undefined) ?? 'none'),
        'add it to spec.template.metadata.labels',
      );
    });
}

function refusedProblem(version: string, placed: Placed, namespace: string): ManifestProblem[] {
  const found = whyNotCreated(placed.manifest, namespace);
  const expected = `objects of version ${version} that live in the namespace ${namespace} and grant nothing`;
  const fix = 'set metadata.namespace, or take the label of the version off and apply it yourself';
  return found === undefined ? [] : [problemAt(placed, expected, found, fix)];
}

/** Whether each subset selects the pods of its own version, and of no other. */
export function subsetProblems(
  deployments: ReadonlyMap<string, Placed>,
  destinationRule: Placed,
  adopted: readonly string[] = [],
): ManifestProblem[] {
  return [...deployments.keys(), ...adopted].flatMap((version) => {
    const subset = subsetIn(destinationRule.manifest, version);
    if (!subset) return [noSubset(version, destinationRule)];
    if (adopted.includes(version)) return withoutLabels(version, subset, destinationRule);
    const deployment = deployments.get(version);
    const others = [...deployments].filter(([other, { manifest }]) => other !== version && selects(subset, manifest));
    return [
      ...(deployment && !selects(subset, deployment.manifest) ? [notSelected(version, subset, deployment)] : []),
      ...others.map(([other]) => alsoSelected(version, other, destinationRule)),
    ];
  });
}

/** Its owner may give its pods other labels at any time: as it is at rest, its subset chooses all pods of the Service. */
function withoutLabels(version: string, { labels }: Fields, destinationRule: Placed): ManifestProblem[] {
  const found = JSON.stringify(fieldsOf(labels));
  if (found === '{}') return [];
  const expected = `a subset of the adopted version ${version} without labels`;
  return [problemAt(destinationRule, expected, found, 'take its labels out: a release chooses its pods by itself')];
}

function selects(subset: Fields, deployment: Manifest): boolean {
  const pod = podLabels(deployment);
  return Object.entries(fieldsOf(subset.labels)).every(([key, value]) => pod[key] === value);
}

function podLabels(deployment: Manifest): Fields {
  return fieldsOf(fieldsOf(fieldsOf(specOf(deployment).template).metadata).labels);
}

function noSubset(version: string, destinationRule: Placed): ManifestProblem {
  const fix = `add one that selects the pods of ${version}`;
  return problemAt(destinationRule, `a subset of version ${version}`, 'none', fix);
}

function notSelected(version: string, { labels }: Fields, deployment: Placed): ManifestProblem {
  const expected = `pod labels that the subset of ${version} selects: ${JSON.stringify(fieldsOf(labels))}`;
  const found = JSON.stringify(podLabels(deployment.manifest));
  return problemAt(deployment, expected, found, 'give the pods those labels');
}

function alsoSelected(version: string, other: string, destinationRule: Placed): ManifestProblem {
  const expected = `a subset of ${version} that selects the pods of ${version} alone`;
  const fix = 'add the label of the version to the subset';
  return problemAt(destinationRule, expected, `one that also selects the pods of ${other}`, fix);
}
