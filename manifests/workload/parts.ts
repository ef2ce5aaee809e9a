/**
 * What the objects of a workload's YAML are to its versions. The rule: an object belongs to a version when it is tied to the
 * version's pods by name or by labels and carries no state. That is the Deployment, the ConfigMaps that its pods read, what
 * scales it, and PodDisruptionBudgets of its pods. Everything else is shared by all versions: the Service, accounts (rights
 * refer to their names), Secrets, volume claims, and whatever nobody here knows.
 */
import type { Manifest, Release } from '../../model';
import { isKind } from '../kinds';
import { fieldsOf, listOf, specOf, type Fields } from '../manifest';
import { problemAt, type ManifestProblem, type Placed } from '../problem';
import { configMapsIn } from './config-maps';

export interface WorkloadParts {
  readonly deployment: Placed;
  readonly service: Placed;
  /** Of a version, beside the Deployment. */
  readonly ofVersion: readonly Placed[];
  /** Of all versions, the Service among them. */
  readonly shared: readonly Placed[];
}

type ReleasedService = Pick<Release, 'name' | 'namespace'>;

/** `objects` of one file, at least one. */
export function partsOf(
  objects: readonly Placed[],
  release: ReleasedService,
): { readonly parts: WorkloadParts } | { readonly problems: readonly ManifestProblem[] } {
  const service = objects.find(({ manifest }) => isServiceOf(manifest, release));
  const [first] = objects;
  if (!first || !service) return { problems: [noService(first, release)] };
  const deployments = objects.filter(({ manifest }) => isKind(manifest, 'Deployment', 'apps'));
  const served = deployments.filter(({ manifest }) =>
    isSubset(fieldsOf(specOf(service.manifest).selector), podLabelsOf(manifest)),
  );
  const [deployment, another] = served;
  if (!deployment || another) return { problems: [notOneDeployment(service, another)] };
  const rest = objects.filter((each) => each !== deployment && each.manifest.kind !== 'Namespace');
  const belongs = tiesTo(deployment.manifest);
  return {
    parts: {
      deployment,
      service,
      ofVersion: rest.filter(({ manifest }) => belongs(manifest)),
      shared: rest.filter(({ manifest }) => !belongs(manifest)),
    },
  };
}

export function podLabelsOf(deployment: Manifest): Fields {
  return fieldsOf(fieldsOf(fieldsOf(specOf(deployment).template).metadata).labels);
}

export function isSubset(selector: Fields, labels: Fields): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** The fields by which an object refers to what it scales: HorizontalPodAutoscaler, KEDA's ScaledObject, others. */
export const targetFields = ['scaleTargetRef', 'targetRef'] as const;

function tiesTo(deployment: Manifest): (manifest: Manifest) => boolean {
  const read = configMapsIn(specOf(deployment).template);
  const labels = podLabelsOf(deployment);
  return (manifest) => {
    if (isKind(manifest, 'ConfigMap', '')) return read.has(manifest.metadata.name);
    if (isKind(manifest, 'PodDisruptionBudget', 'policy')) return choosesByLabels(manifest, labels);
    return scales(manifest, deployment);
  };
}

/** Of a PodDisruptionBudget, a Deployment and others: whether their matchLabels choose pods of these labels. */
export function choosesByLabels(manifest: Manifest, podLabels: Fields): boolean {
  return isSubset(fieldsOf(fieldsOf(specOf(manifest).selector).matchLabels), podLabels);
}

export function scales(manifest: Manifest, deployment: Manifest): boolean {
  return targetFields.some((field) => isDeployment(fieldsOf(specOf(manifest)[field]), deployment));
}

function isDeployment({ kind = 'Deployment', name }: Fields, { metadata }: Manifest): boolean {
  return kind === 'Deployment' && name === metadata.name;
}

function isServiceOf(manifest: Manifest, { name, namespace }: ReleasedService): boolean {
  const { metadata } = manifest;
  const isHere = metadata.namespace === undefined || metadata.namespace === namespace;
  return isKind(manifest, 'Service', '') && metadata.name === name && isHere;
}

function noService(first: Placed | undefined, { name, namespace }: ReleasedService): ManifestProblem {
  const place = first ?? { file: 'workload', line: 1 };
  const fix = 'call the release as the Service is called, or add it to the YAML';
  return problemAt(place, `the Service ${name} of the namespace ${namespace}`, 'none', fix);
}

function notOneDeployment(service: Placed, another: Placed | undefined): ManifestProblem {
  const labels = JSON.stringify(specOf(service.manifest).selector ?? {});
  const expected = `one Deployment whose pods the Service selects by ${labels}`;
  if (another) return problemAt(another, expected, 'another one', 'let the Service select the pods of one');
  return problemAt(service, expected, 'none', 'correct the selector, or add the Deployment to the YAML');
}

/** Ports of the Service, as they are written. */
export function servicePorts(service: Manifest): readonly Fields[] {
  return listOf(specOf(service).ports);
}

/** '' for what is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
