/** From a VirtualService and a DestinationRule to what the driver knows of them. */
import { annotations, meshGateway, probeHeader, wholeSplit, type Split } from '../../../model';
import type { ObservedRoute, ObservedSubsets } from '../observation';
import { lastWriter } from '../../kubernetes/managed-fields';
import { parseRecord, parseRequest } from '../record';
import type { Destination, DestinationRule, HttpRoute, VirtualService } from '../../kubernetes/objects';

export function observedRoute(object: VirtualService): ObservedRoute {
  const all = object.spec.http ?? [];
  const routes = all.filter((route) => !isProbe(route));
  const weighted = routes.find((route) => !route.match?.length) ?? routes.at(-1);
  const notes = object.metadata.annotations ?? {};
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    // A VirtualService that lists no gateways is for the mesh.
    mesh: object.spec.gateways?.includes(meshGateway) ?? true,
    split: weightsOf(weighted?.route ?? []),
    headerVersions: namedBeside(
      routes.filter((route) => !follows(route, notes)),
      weighted,
    ),
    probes: all.filter(isProbe).flatMap((route) => (route.route ?? []).map(versionOf)),
    marker: weighted?.name ?? '',
    record: parseRecord(notes[annotations.release]),
    request: parseRequest(notes[annotations.request]),
    changedBy: lastWriter(object),
  };
}

/** Only requests of the driver match it: it is no route that a user may take. */
function isProbe({ match = [] }: HttpRoute): boolean {
  return match.length > 0 && match.every(({ headers = {} }) => probeHeader in headers);
}

export function observedSubsets(object: DestinationRule): ObservedSubsets {
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    versions: (object.spec.subsets ?? []).map(({ name }) => name),
  };
}

/** A single destination gets everything, whatever its weight says. */
function weightsOf(destinations: readonly Destination[]): Split {
  const [only] = destinations;
  if (only && destinations.length === 1) return { [versionOf(only)]: wholeSplit };
  const weights = destinations.map((destination) => [versionOf(destination), destination.weight ?? 0] as const);
  return Object.fromEntries(weights.filter(([, weight]) => weight > 0));
}

/** A destination without a subset is no version: it keeps the name of its host, which equals none. */
function versionOf({ destination }: Pick<Destination, 'destination'>): string {
  return destination.subset ?? destination.host;
}

/** A pinned route has the destinations of the split while its own version is not there. */
function follows({ name, route = [] }: HttpRoute, notes: Readonly<Record<string, string>>): boolean {
  const pins = (notes[annotations.pinnedRoutes] ?? '').split(',').map((pin) => pin.split('='));
  const version = pins.find(([pinned]) => pinned === name)?.[1];
  return version !== undefined && (route.length !== 1 || versionOf(route[0] as Destination) !== version);
}

/** Mirrors count, also those of the weighted route: they send requests to a version that may have no weight. */
function namedBeside(routes: readonly HttpRoute[], weighted: HttpRoute | undefined): string[] {
  const names = routes.flatMap((route) => [
    ...(route === weighted ? [] : (route.route ?? []).map(versionOf)),
    ...(route.mirror ? [versionOf({ destination: route.mirror })] : []),
    ...(route.mirrors ?? []).map(versionOf),
  ]);
  return [...new Set(names)].sort();
}
