/** The ConfigMap with what outlives a release. It is replaced as a whole, on the condition of what was seen of it. */
import { digestOf, editRoutes, editSubsets, withAnnotation, withChoice } from '../../../manifests';
import {
  annotations,
  managedBy,
  messageOf,
  Refusal,
  serviceHost,
  stateName,
  type Manifest,
  type Release,
} from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import { ApiError, type Api } from '../../kubernetes/api';
import { conditioned } from '../../kubernetes/conditioned';
import type { VirtualService } from '../../kubernetes/objects';
import { apiVersionOf, collectionPath, objectPath } from '../../kubernetes/paths';
import type { Action } from '../action';
import { formatNote } from '../digests';
import type { Note } from '../notes';
import { noState, type Observation, type ObservedState } from '../observation';
import type { ReleaseRecord } from '../record';
import { copyIn, dataOf, stateOfData, type Data, type Pair } from '../state-data';
import { observedRoute, observedSubsets } from './read-route';
import { recordNote } from './write-route';
import { newSubset } from './write-version';
import type { Writer } from './writer';

interface StateMap extends Manifest {
  readonly data?: Data;
}

/**
 * Never throws for a ConfigMap that cannot be read: an emergency abort by somebody without the right must not be refused for that.
 * The first write of a release needs it, and says why.
 */
export async function readState(api: Api, service: NamespacedName): Promise<ObservedState> {
  try {
    const map = await api.find<StateMap>(pathOf(service));
    return map ? observedState(map, service) : noState;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403))
      return { ...noState, unreadable: error.message };
    throw error;
  }
}

function observedState(map: StateMap, service: NamespacedName): ObservedState {
  const { data = {}, metadata } = map;
  const resourceVersion = String(metadata.resourceVersion);
  if (!isOurs(map)) return { ...noState, resourceVersion, unreadable: `it has no label ${label(managedBy)}` };
  try {
    const [route, subsets] = [copyIn(data, 'route'), copyIn(data, 'subsets')];
    const observed = route && observedRoute(route as VirtualService, hostOf(service));
    const kept = {
      // Of routes that name no subset yet nobody knows which marker a proxy would show.
      ...(observed && !observed.whole && { route: observed }),
      ...(subsets && { subsets: observedSubsets(subsets) }),
    };
    return { ...stateOfData(data), resourceVersion, kept };
  } catch (error) {
    return { ...noState, resourceVersion, unreadable: messageOf(error) };
  }
}

function isOurs({ metadata }: Manifest): boolean {
  return Object.entries(managedBy).every(([key, value]) => metadata.labels?.[key] === value);
}

/** Throws a Refusal when what is there is not ours, or cannot be read: it may be the memory of a release. */
export async function keepState(
  writer: Writer,
  service: NamespacedName,
  note: Note,
  seen: Observation,
): Promise<Outcome> {
  const { api } = writer;
  const { state = noState } = seen;
  if (state.unreadable !== undefined) throw unreadable(service, state.unreadable);
  const live = await liveAsSeen(api, service, seen);
  // Also before an end is told: somebody may have changed the route since it was seen everywhere.
  if (!live) return 'conflict';
  const map = await api.find<StateMap>(pathOf(service));
  if (map?.metadata.resourceVersion !== state.resourceVersion) return 'conflict';
  const data = dataOf(note, map?.data ?? {}, live);
  if (!map) return conditioned(() => api.create(collectionPath('ConfigMap', service.namespace), newMap(service, data)));
  return conditioned(() => api.send({ method: 'PUT', path: pathOf(service), body: { ...map, ...kindOfMap, data } }));
}

const kindOfMap = { apiVersion: apiVersionOf('ConfigMap'), kind: 'ConfigMap' };

function newMap(service: NamespacedName, data: Data): StateMap {
  const { namespace } = service;
  return { ...kindOfMap, metadata: { name: stateName(service), namespace, labels: managedBy }, data };
}

/** Undefined when one of them is not as it was seen: then the copy would not be of what was decided on. */
async function liveAsSeen(api: Api, service: NamespacedName, seen: Observation): Promise<Pair | undefined> {
  const [route, subsets] = await Promise.all([
    api.find<Manifest>(objectPath('VirtualService', service)),
    api.find<Manifest>(objectPath('DestinationRule', service)),
  ]);
  if (!route || !subsets || !isAsSeen(route, seen.route) || !isAsSeen(subsets, seen.subsets)) return undefined;
  return { route, subsets };
}

function isAsSeen({ metadata }: Manifest, seen: { readonly resourceVersion: string } | undefined): boolean {
  return metadata.resourceVersion === seen?.resourceVersion;
}

/** Creates what somebody deleted. A conflict: somebody else has created it meanwhile, or the state has changed. */
export async function restore(
  { api, objects, carried }: Writer,
  service: Release,
  action: Extract<Action, { kind: 'restore' }>,
  seen: Observation,
): Promise<Outcome> {
  const map = await api.find<StateMap>(pathOf(service));
  const copy = copyIn(map?.data ?? {}, action.what);
  if (!copy || map?.metadata.resourceVersion !== seen.state?.resourceVersion) return 'conflict';
  if (action.what === 'route') return objects.create(routeWith(copy, service, seen, action.record));
  const subsetOf = (version: string) => newSubset(carried, service, version);
  const { versions, choose } = action;
  const edited = editSubsets(copy, versions, subsetOf, carried?.destinationRule);
  const created = choose ? withChoice(edited, choose.version, choose.hash) : edited;
  return objects.create(withOwnNote(created, seen));
}

/** What was copied may have the note of an earlier write. */
function withOwnNote(created: Manifest, { state }: Observation): Manifest {
  const release = state?.current?.record.id;
  const note = release && formatNote({ release, digest: digestOf(created), isRestored: false });
  return withAnnotation(created, annotations.written, note);
}

/** Of each object that is created. */
const firstGeneration = 1;

/** With a marker of its own: a proxy may still have a later write than the one that was copied. */
function routeWith(copy: Manifest, service: NamespacedName, seen: Observation, record: ReleaseRecord): Manifest {
  const { split = {}, headerVersions: present = [] } = seen.state?.kept.route ?? {};
  const marker = `${record.id}.${record.serial}`;
  const edited = editRoutes(copy, hostOf(service), { split, present, marker });
  return withAnnotation(
    edited,
    annotations.release,
    recordNote({ ...record, digests: { ...record.digests, route: digestOf(edited) }, generation: firstGeneration }),
  );
}

function unreadable(service: NamespacedName, found: string): Refusal {
  const fix = `look at it; grant the right to it, or take it away: without it a release has no history`;
  return new Refusal('state-unreadable', `the ConfigMap ${stateName(service)} as handover writes it`, found, fix);
}

function pathOf(service: NamespacedName): string {
  return objectPath('ConfigMap', { namespace: service.namespace, name: stateName(service) });
}

function hostOf({ name, namespace }: NamespacedName): string {
  return serviceHost(name, namespace);
}

function label(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
