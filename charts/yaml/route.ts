/**
 * The operator's own VirtualService, with the weights of the release file. Destinations of the host without a subset are split,
 * with a subset they are pinned to that version, and annotations say which is which. Everything else stays as it is: other hosts,
 * matches, rewrites, redirects, timeouts, mirrors.
 */
import {
  fieldsOf,
  isKind,
  listOf,
  meansHost,
  orUnsupported,
  problemAt,
  routesOf,
  specOf,
  withAnnotation,
  withField,
  type Fields,
  type ManifestProblem,
  type Placed,
} from '../../manifests';
import {
  annotations,
  meshGateway,
  Refusal,
  serviceHost,
  splitOf,
  subsetName,
  versionNames,
  type Manifest,
  type Release,
} from '../../model';
import { objectMeta } from '../manifest';
import { readObjects, refuse } from './read-objects';

/** Throws an Error that lists every problem, with its file and line. */
export function yamlRoute(release: Release, file: string): Manifest {
  const all = readObjects(file).filter(({ manifest }) => isKind(manifest, 'VirtualService', 'networking.istio.io'));
  const [placed, another] = all;
  if (!placed || another) {
    const place = another ?? { file, line: 1 };
    const found = another ? 'another one' : 'none';
    refuse([problemAt(place, `one VirtualService in ${file}`, found, 'keep the one whose routes are split')]);
    throw new Error(`no VirtualService in ${file}`);
  }
  const routes = namedRoutes(placed, release);
  refuse(routes.flatMap((route) => problemsOf(route, placed)));
  const manifest = split(placed.manifest, routes, release);
  refuse(unsupportedIn(manifest, placed, release));
  return manifest;
}

interface NamedRoute {
  readonly route: Fields;
  readonly name: string;
  /** undefined: it has no destination of this service. */
  readonly part: 'split' | 'pinned' | 'both' | undefined;
}

/** The split and the pinned ones get a name where they have none: an annotation has to name them. */
function namedRoutes({ manifest }: Placed, release: Release): NamedRoute[] {
  return listOf(specOf(manifest).http).map((route, index) => {
    const part = partOf(route, manifest, release);
    return {
      route,
      part,
      name: typeof route.name === 'string' && route.name !== '' ? route.name : `route-${index + 1}`,
    };
  });
}

function partOf(route: Fields, { metadata }: Manifest, { name, namespace }: Release): NamedRoute['part'] {
  const host = serviceHost(name, namespace);
  const destinations = listOf(route.route).map(({ destination }) => fieldsOf(destination));
  const own = destinations.filter((each) => meansHost(each.host, host, metadata.namespace ?? namespace));
  const pinned = own.filter(({ subset }) => subset !== undefined);
  if (own.length === 0) return undefined;
  if (destinations.length > 1) return 'both';
  return pinned.length > 0 ? 'pinned' : 'split';
}

function problemsOf({ name, part }: NamedRoute, placed: Placed): ManifestProblem[] {
  if (part !== 'both') return [];
  const expected = `one destination of the route ${name}: the weights come from the release file`;
  return [problemAt(placed, expected, 'several', 'keep one, without weight; without subset to be split')];
}

function split(virtualService: Manifest, routes: readonly NamedRoute[], release: Release): Manifest {
  const http = routes.map((each) => (each.part === undefined ? each.route : written(each, release)));
  const { metadata } = virtualService;
  const own = objectMeta(release, release.name);
  const named = (wanted: NamedRoute['part']) => routes.filter(({ part }) => part === wanted);
  const pins = named('pinned').map(({ name, route }) => `${name}=${pinOf(route, release)}`);
  const labelled: Manifest = {
    ...virtualService,
    metadata: { ...metadata, ...own, labels: { ...metadata.labels, ...own.labels } },
    spec: { ...specOf(virtualService), http },
  };
  const splits = named('split').map(({ name }) => name);
  const annotated = withAnnotation(labelled, annotations.splitRoutes, splits.join(','));
  return withAnnotation(annotated, annotations.pinnedRoutes, pins.length > 0 ? pins.join(',') : undefined);
}

/** While its version is not listed, a pinned route follows the split: it is never added or removed. */
function written({ route, part, name }: NamedRoute, release: Release): Fields {
  const pin = pinOf(route, release);
  const isListed = versionNames(release).some((version) => subsetName(version) === subsetName(pin));
  const shares = part === 'pinned' && isListed ? { [pin]: 100 } : splitOf(release.split);
  const [template = {}] = listOf(route.route);
  const destinations = Object.entries(shares).map(([version, weight]) => ({
    ...template,
    destination: { ...fieldsOf(template.destination), subset: subsetName(version) },
    weight,
  }));
  const named = 'name' in route ? route : { name, ...route };
  return withField(named, 'route', destinations);
}

function pinOf(route: Fields, release: Release): string {
  const subset = String(fieldsOf(listOf(route.route)[0]?.destination).subset);
  return versionNames(release).find((version) => subsetName(version) === subset) ?? subset;
}

/** What the driver would refuse is refused now. */
function unsupportedIn(manifest: Manifest, placed: Placed, { name, namespace }: Release): ManifestProblem[] {
  const host = serviceHost(name, namespace);
  const routes = orUnsupported(() => routesOf(manifest, host));
  if (routes instanceof Refusal) return [problemAt(placed, routes.expected, routes.found, routes.fix)];
  const { hosts } = specOf(manifest);
  const isKnown = Array.isArray(hosts) && hosts.some((each) => meansHost(each, host, namespace));
  if (!isForMesh(manifest) || isKnown) return [];
  const expected = `the host ${host} among the hosts, as the gateways list mesh`;
  return [problemAt(placed, expected, JSON.stringify(hosts ?? []), 'add it: sidecars follow the route of the Service')];
}

/** One that lists no gateways is for the mesh alone. */
export function isForMesh(virtualService: Manifest): boolean {
  const { gateways } = specOf(virtualService);
  return !Array.isArray(gateways) || gateways.includes(meshGateway);
}
