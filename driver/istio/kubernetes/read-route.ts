/** From a VirtualService and a DestinationRule to what the driver knows of them. */
import {
  choicesOf,
  digestOf,
  disownPatch,
  leadsToWholeService,
  namedSubsets,
  orUnsupported,
  routesOf,
  subsetsOf,
  type Routes,
} from '../../../manifests';
import { annotations, fieldManager, meshGateway, Refusal, subsetName, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Api } from '../../kubernetes/api';
import { objectPath } from '../../kubernetes/paths';
import { lastWriter } from '../../kubernetes/managed-fields';
import type { DestinationRule, VirtualService } from '../../kubernetes/objects';
import { parseNote } from '../digests';
import type { ObservedRoute, ObservedSubsets } from '../observation';
import { parseRecord, parseRequest, type ReleaseRecord } from '../record';
import type { Carried } from './carried';
import { policyChange, routeChange, takeOverOf } from './route-change';

/** Versions are named by their subsets. Somebody may have edited the routes so that they cannot be told any more: it says so. */
export function observedRoute(object: VirtualService, host: string, carried?: Carried): ObservedRoute {
  const { unsupported, ...routes } = routesOrWhyNot(object, host);
  const { split, marker, splitRoutes, pins, activePins, probes, namedVersions } = routes;
  const notes = object.metadata.annotations ?? {};
  const [base = ''] = splitRoutes;
  // A probe has the name of its version, and sends to the subset.
  const change = routeChange(object, carried);
  const edited = [...Object.keys(split), ...activePins, ...probes.map(subsetName)];
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    // A VirtualService that lists no gateways is for the mesh.
    mesh: object.spec.gateways?.includes(meshGateway) ?? true,
    isMeshAlone: object.spec.gateways?.every((gateway) => gateway === meshGateway) ?? true,
    split,
    headerVersions: activePins,
    pinnedVersions: [...new Set(Object.values(pins))],
    probes,
    otherVersions: namedVersions.filter((version) => !edited.includes(version)),
    base,
    marker: marker === '' ? base : `${base}@${marker}`,
    digest: digestOf(object),
    generation: object.metadata.generation,
    isOwned: isOwned(object),
    ...(unsupported !== undefined && { unsupported }),
    ...wholeRoute(object, host, carried),
    ...(change && { change }),
    record: parseRecord(notes[annotations.release]),
    request: parseRequest(notes[annotations.request]),
    changedBy: lastWriter(object),
  };
}

function wholeRoute(object: VirtualService, host: string, carried: Carried): Pick<ObservedRoute, 'whole'> {
  if (!leadsToWholeService(object, host)) return {};
  return { whole: carried ? takeOverOf(object, carried) : {} };
}

/** What cannot be told is no split at all; that a version is named is seen in any case (S2). */
function routesOrWhyNot(live: Manifest, host: string): Routes & { readonly unsupported?: string } {
  const routes = orUnsupported(() => routesOf(live, host));
  if (!(routes instanceof Refusal)) return routes;
  const nothing = { split: {}, marker: '', splitRoutes: [], pins: {}, activePins: [], probes: [] };
  return { ...nothing, namedVersions: namedSubsets(live, host), unsupported: routes.message };
}

/** Needs to know nothing of the service but its name. */
export async function recordOf(api: Api, service: NamespacedName): Promise<ReleaseRecord | undefined> {
  const live = await api.find<VirtualService>(objectPath('VirtualService', service));
  return parseRecord(live?.metadata.annotations?.[annotations.release]);
}

export function observedSubsets(object: DestinationRule, carried?: Carried): ObservedSubsets {
  const change = policyChange(object, carried);
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    digest: digestOf(object),
    written: parseNote(object.metadata.annotations?.[annotations.written]),
    changedBy: lastWriter(object),
    isOwned: isOwned(object),
    versions: subsetsOf(object),
    chosenBy: choicesOf(object),
    ...(change && { change }),
  };
}

function isOwned(live: Manifest): boolean {
  return annotations.written in (live.metadata.annotations ?? {}) || disownPatch(live, fieldManager) !== undefined;
}
