/** What the manifests say about one service without a mesh: one Deployment, the Service before it, and what belongs to them. */
import { labels, type Manifest } from '../model';
import { duplicateProblems, strayProblems } from './duplicates';
import { isKind, whyNotCreated } from './kinds';
import { problemAt, type ManifestProblem, type Placed } from './problem';
import { scales } from './scaler';
import { isOfService, type ServiceName } from './service-objects';
import { isDeployment, podLabelProblems } from './version-shape';

export interface RollingShape extends ServiceName {
  /** Everything that the manifests have of the service, in the order to write it. */
  readonly objects: readonly Manifest[];
  readonly deployment: Manifest;
  readonly service: Manifest;
}

/** All problems at once. Objects of other services in the same stream are ignored. */
export function rollingShapeOf(
  placed: readonly Placed[],
  service: ServiceName,
  version: string,
): { readonly shape: RollingShape } | { readonly problems: readonly ManifestProblem[] } {
  const own = placed.filter(({ manifest }) => isOfService(manifest, service));
  const otherwise = own[0] ?? placed[0] ?? { file: 'manifests', line: 1 };
  const deployments = own.filter(({ manifest }) => isDeployment(manifest));
  const services = own.filter(
    ({ manifest }) => isKind(manifest, 'Service', '') && manifest.metadata.name === service.name,
  );
  const [deployment] = deployments;
  const [front] = services;
  const problems = [
    ...theOne('Deployment', deployments, service, otherwise),
    ...theOne('Service', services, service, otherwise),
    ...duplicateProblems(own),
    ...strayProblems(own, [version]),
    ...own.flatMap((each) => refused(each, service)),
    ...(deployment ? podLabelProblems(version, deployment, service.name) : []),
  ];
  if (problems.length > 0 || !deployment || !front) return { problems };
  const namespace = placed.filter(({ manifest }) => isNamespaceOf(manifest, service)).slice(0, 1);
  const objects = inOrder(
    [...namespace, ...own].map(({ manifest }) => manifest),
    deployment.manifest,
    front.manifest,
  );
  return { shape: { ...service, objects, deployment: deployment.manifest, service: front.manifest } };
}

/** By its name the driver finds it live, and so does an operator who has no file. */
function theOne(
  kind: string,
  found: readonly Placed[],
  { name }: ServiceName,
  otherwise: Pick<Placed, 'file' | 'line'>,
): ManifestProblem[] {
  const expected = `one ${kind} called ${name}, with the label ${labels.service}: ${name}`;
  const [first, second] = found;
  if (!first) return [problemAt(otherwise, expected, 'none', 'add it to the manifests')];
  if (second) return [problemAt(second, expected, `another in ${first.file}:${first.line}`, 'take the label off one')];
  const { metadata } = first.manifest;
  return metadata.name === name ? [] : [problemAt(first, expected, metadata.name, `call it ${name}`)];
}

function refused(placed: Placed, { name, namespace }: ServiceName): ManifestProblem[] {
  const found = whyNotCreated(placed.manifest, namespace);
  const expected = `objects of ${name} that live in the namespace ${namespace} and grant nothing`;
  const fix = `set metadata.namespace, or take the label ${labels.service} off and apply it yourself`;
  return found === undefined ? [] : [problemAt(placed, expected, found, fix)];
}

/** The one object of the whole cluster that the driver creates: without it there is no place for the others. */
function isNamespaceOf(manifest: Manifest, { namespace }: ServiceName): boolean {
  return isKind(manifest, 'Namespace', '') && manifest.metadata.name === namespace;
}

/**
 * What pods need comes before the Deployment. What scales it comes after it. What leads requests to the Service comes last: a
 * new Ingress must not send to a port that the Service does not have yet.
 */
function inOrder(objects: readonly Manifest[], deployment: Manifest, service: Manifest): Manifest[] {
  const entries = objects.filter(isEntry);
  const scalers = objects.filter((each) => scales(each, deployment));
  const placed = [service, deployment, ...scalers, ...entries];
  return [...objects.filter((each) => !placed.includes(each)), ...placed];
}

/** It sends requests to Services. */
export function isEntry(manifest: Manifest): boolean {
  return (
    isKind(manifest, 'Ingress', 'networking.k8s.io') ||
    ['HTTPRoute', 'GRPCRoute'].some((kind) => isKind(manifest, kind, 'gateway.networking.k8s.io')) ||
    isKind(manifest, 'VirtualService', 'networking.istio.io')
  );
}
