/** What the manifests say about one service: what belongs to each version, and the objects that a release edits. */
import {
  formatSplit,
  Refusal,
  sameSplit,
  subsetName,
  versionNames,
  type Adopted,
  type Manifest,
  type Release,
  type Split,
} from '../model';
import { portProblems } from './destination-ports';
import { duplicateProblems, strayProblems, takenProblems, versionOf } from './duplicates';
import { listOf, specOf } from './manifest';
import { problemAt, type ManifestProblem, type Placed } from './problem';
import { routesOf } from './routes';
import { isShared } from './shared-objects';
import { findObjects, isOfService, type ServiceName, type ServiceObjects } from './service-objects';
import { orUnsupported } from './unsupported';
import { isDeployment, subsetProblems, versionProblems, versionShape, type VersionShape } from './version-shape';

export interface ServiceShape {
  readonly name: string;
  readonly namespace: string;
  /** FQDN of the Service. */
  readonly host: string;
  /** By the names of the file; without one that is adopted. */
  readonly versions: Readonly<Record<string, VersionShape>>;
  /** Of no version: created when missing, never changed. */
  readonly shared: readonly Manifest[];
  /** Of no version either: whoever installs applies them, and no release does. Service and Gateway are among them. */
  readonly installed: readonly Manifest[];
  readonly virtualService: Manifest;
  readonly destinationRule: Manifest;
  readonly servicePorts: readonly number[];
}

/** What the release file says. */
export interface ExpectedShape {
  readonly versions: readonly string[];
  /** Of them, those whose objects no manifest has: they run already. */
  readonly adopted?: Readonly<Record<string, Adopted>>;
  readonly split: Split;
}

export function expectedShape(release: Release): ExpectedShape {
  const adopted = release.versions.flatMap(({ name, adopted: each }) => (each ? [[name, each] as const] : []));
  return { versions: versionNames(release), adopted: Object.fromEntries(adopted), split: release.split };
}

/** All problems at once. Objects of other services in the same stream are ignored. */
export function shapeOf(
  placed: readonly Placed[],
  service: ServiceName,
  expected: ExpectedShape,
): { readonly shape: ServiceShape } | { readonly problems: readonly ManifestProblem[] } {
  const [first] = placed;
  if (!first)
    return { problems: [problemAt({ file: 'manifests', line: 1 }, 'manifests', 'none', 'check what was read')] };
  const own = placed.filter(({ manifest }) => isOfService(manifest, service));
  const { adopted = {} } = expected;
  const made = expected.versions.filter((version) => adopted[version] === undefined);
  const ofVersion = new Map(made.map((version) => [version, objectsOf(own, version)]));
  const { problems: missing, ...objects } = findObjects(placed, service);
  const problems = [
    ...missing,
    ...duplicateProblems(own),
    ...strayProblems(own, expected.versions),
    ...Object.entries(adopted).flatMap(([version, { objects: its }]) => takenProblems(own, version, its)),
    ...[...ofVersion].flatMap(([version, each]) => versionProblems(version, each, first, service)),
    ...(objects.virtualService ? splitProblems(objects.virtualService, objects.host, expected.split) : []),
    ...(objects.virtualService && objects.service
      ? portProblems(objects.virtualService, objects.service, objects.host)
      : []),
    ...(objects.destinationRule
      ? subsetProblems(deploymentsOf(ofVersion), objects.destinationRule, Object.keys(adopted))
      : []),
  ];
  if (problems.length > 0 || !isComplete(objects)) return { problems };
  return {
    shape: {
      name: service.name,
      namespace: service.namespace,
      host: objects.host,
      versions: versionShapes(ofVersion),
      ...besideVersions(own, objects, service),
      virtualService: objects.virtualService.manifest,
      destinationRule: objects.destinationRule.manifest,
      servicePorts: portsOf(objects.service.manifest),
    },
  };
}

function besideVersions(
  own: readonly Placed[],
  { virtualService, destinationRule }: ServiceObjects,
  service: ServiceName,
): Pick<ServiceShape, 'shared' | 'installed'> {
  const edited = [virtualService.manifest, destinationRule.manifest];
  const manifests = own.filter((each) => versionOf(each) === undefined).map(({ manifest }) => manifest);
  const [shared, rest] = [true, false].map((isWanted) =>
    manifests.filter((manifest) => isShared(manifest, service) === isWanted),
  );
  return { shared: shared ?? [], installed: (rest ?? []).filter((manifest) => !edited.includes(manifest)) };
}

function portsOf(service: Manifest): number[] {
  return listOf(specOf(service).ports)
    .map(({ port }) => port)
    .filter((port) => typeof port === 'number');
}

type ByVersion = ReadonlyMap<string, readonly Placed[]>;

function objectsOf(own: readonly Placed[], version: string): Placed[] {
  return own.filter((each) => versionOf(each) === version);
}

function isComplete(objects: Partial<ServiceObjects>): objects is ServiceObjects {
  return Boolean(objects.service && objects.destinationRule && objects.virtualService);
}

function deploymentsOf(ofVersion: ByVersion): Map<string, Placed> {
  const found = [...ofVersion].map(([version, objects]) => {
    const deployment = objects.find(({ manifest }) => isDeployment(manifest));
    return deployment ? ([version, deployment] as const) : undefined;
  });
  return new Map(found.filter((each) => each !== undefined));
}

function versionShapes(ofVersion: ByVersion): Record<string, VersionShape> {
  const shapes = [...deploymentsOf(ofVersion)].map(([version, { manifest }]) => {
    const objects = (ofVersion.get(version) ?? []).map((each) => each.manifest);
    return [version, versionShape(objects, manifest)];
  });
  return Object.fromEntries(shapes) as Record<string, VersionShape>;
}

function splitProblems(virtualService: Placed, host: string, expected: Split): ManifestProblem[] {
  const ofSubsets = Object.entries(expected).map(([version, weight]) => [subsetName(version), weight] as const);
  const wanted: Split = Object.fromEntries(ofSubsets);
  const routes = orUnsupported(() => routesOf(virtualService.manifest, host));
  if (routes instanceof Refusal) return [problemAt(virtualService, routes.expected, routes.found, routes.fix)];
  if (sameSplit(routes.split, wanted)) return [];
  const expectedSplit = `the weights of the release file, ${formatSplit(wanted)}`;
  const fix = 'set the weights in the release file alone, and let the routes follow';
  return [problemAt(virtualService, expectedSplit, formatSplit(routes.split), fix)];
}
