/** From a VirtualService and a DestinationRule to what the driver knows of them. */
import { digestOf, disownPatch, routesOf, subsetsOf, type Manifest } from '../../../manifests';
import { annotations, fieldManager, meshGateway } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Api } from '../../kubernetes/api';
import { objectPath } from '../../kubernetes/paths';
import { lastWriter } from '../../kubernetes/managed-fields';
import type { DestinationRule, VirtualService } from '../../kubernetes/objects';
import type { ObservedRoute, ObservedSubsets } from '../observation';
import { parseRecord, parseRequest, type ReleaseRecord } from '../record';

/** Versions are named by their subsets. Throws a Refusal for routes that cannot be told or edited. */
export function observedRoute(object: VirtualService, host: string): ObservedRoute {
  const live = object as VirtualService & Manifest;
  const { split, marker, splitRoutes, activePins, probes, namedVersions } = routesOf(live, host);
  const notes = object.metadata.annotations ?? {};
  const [base = ''] = splitRoutes;
  const edited = [...Object.keys(split), ...activePins, ...probes];
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    // A VirtualService that lists no gateways is for the mesh.
    mesh: object.spec.gateways?.includes(meshGateway) ?? true,
    split,
    headerVersions: activePins,
    probes,
    otherVersions: namedVersions.filter((version) => !edited.includes(version)),
    base,
    marker: marker === '' ? base : `${base}@${marker}`,
    digest: digestOf(live),
    isOwned: isOwned(live),
    record: parseRecord(notes[annotations.release]),
    request: parseRequest(notes[annotations.request]),
    changedBy: lastWriter(object),
  };
}

/** Needs to know nothing of the service but its name. */
export async function recordOf(api: Api, service: NamespacedName): Promise<ReleaseRecord | undefined> {
  const live = await api.find<VirtualService>(objectPath('VirtualService', service));
  return parseRecord(live?.metadata.annotations?.[annotations.release]);
}

export function observedSubsets(object: DestinationRule): ObservedSubsets {
  const live = object as DestinationRule & Manifest;
  return {
    resourceVersion: object.metadata.resourceVersion ?? '',
    isOwned: isOwned(live),
    versions: subsetsOf(live),
  };
}

function isOwned(live: Manifest): boolean {
  return disownPatch(live, fieldManager) !== undefined;
}
