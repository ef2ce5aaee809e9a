/**
 * Writes to the VirtualService: JSON patches, computed from the live object, of its routes and our annotations alone. Everything
 * else in it is its owner's. The record goes with the route that it describes, so the two cannot disagree.
 */
import { digestOf, editRoutes, withAnnotation, withRoutesOf } from '../../../manifests';
import { annotations, meshGateway, Refusal, serviceHost, type Release, type Manifest } from '../../../model';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import type { VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import { probeKey } from '../mesh/probe-gateways';
import type { Action } from '../action';
import type { Observation } from '../observation';
import {
  parseRecord,
  parseRequest,
  recordSchema,
  refuseRequest,
  type OperatorRequest,
  type ReleaseRecord,
} from '../record';
import type { Carried } from './carried';
import { routeAsSeen } from './route-as-seen';
import { writeEdit, type Writer } from './writer';

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

export async function writeRoute(
  writer: Writer,
  release: Release,
  action: RouteWrite,
  seen: Observation,
): Promise<Outcome> {
  const live = await routeAsSeen(writer.api, release, seen);
  if (!live) return 'conflict';
  const { record } = action;
  const edited = withContent(live, writer.carried, release, action, seen);
  const digests = { route: digestOf(edited), subsets: seen.subsets?.digest };
  const sent = record && { ...record, digests, generation: nextGeneration(live, edited) };
  // A request belongs to a release: the next one must not obey it, and begins without.
  const request = record && seen.route?.record ? seen.route.request : undefined;
  const wanted = withNotes(edited, notesOf(sent, request));
  return writeEdit(writer.objects, live, wanted);
}

function withContent(
  live: VirtualService,
  carried: Carried,
  release: Release,
  action: RouteWrite,
  { route }: Observation,
): Manifest {
  const { split, headerVersions, record, changes } = action;
  // A service that is not taken over yet has no split to edit: its owner's routes get the record alone.
  if (route?.whole && !changes) return live;
  const marker = record ? `${record.id}.${record.serial}` : '';
  const edit = { split, present: headerVersions, marker, probes: probesFor(live, action) };
  const base = changes && carried ? withRoutesOf(carried.virtualService, live) : live;
  return editRoutes(base, serviceHost(release.name, release.namespace), edit);
}

/** The API server adds one for each change of the spec. The write is on the condition that nobody else has written meanwhile. */
function nextGeneration(live: VirtualService, edited: Manifest): number | undefined {
  const { generation } = live.metadata;
  return generation === undefined || digestOf(edited) === digestOf(live) ? generation : generation + 1;
}

function probesFor(live: VirtualService, { probes: versions }: RouteWrite) {
  if (versions.length === 0) return undefined;
  const gateways = (live.spec.gateways ?? []).filter((gateway) => gateway !== meshGateway);
  return { key: probeKey(live), versions, gateways };
}

export async function writeRecord(
  { api, objects }: Writer,
  release: Release,
  record: ReleaseRecord,
  seen: Observation,
): Promise<Outcome> {
  const live = await routeAsSeen(api, release, seen);
  if (!live) return 'conflict';
  const wanted = withNotes(live, notesOf(record, seen.route?.request));
  return writeEdit(objects, live, wanted);
}

const attempts = 10;

/** From another process than the one that drives: both write, so a conflict is ordinary and only means to look again. */
export async function leaveRequest(
  { api, objects }: Writer,
  service: NamespacedName,
  request: OperatorRequest,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const live = await api.find<VirtualService>(objectPath('VirtualService', service));
    if (!live) throw notInstalled(service);
    const { [annotations.release]: record, [annotations.request]: former } = live.metadata.annotations ?? {};
    refuseRequest(request, { record: parseRecord(record), request: parseRequest(former) });
    const left = { ...request, digest: digestOf(live) };
    const wanted = withNotes(live, { [annotations.request]: JSON.stringify(left) });
    if ((await writeEdit(objects, live, wanted)) === 'written') return;
  }
  const found = `that it was changed ${attempts} times meanwhile`;
  throw new Refusal('busy', `to leave a request on the VirtualService ${service.name}`, found, 'try again');
}

function withNotes(object: Manifest, notes: Readonly<Record<string, string | undefined>>): Manifest {
  return Object.entries(notes).reduce((changed, [key, note]) => withAnnotation(changed, key, note), object);
}

/** By this handover's schema, whichever the record had when it was read. */
export function recordNote(record: ReleaseRecord): string {
  return JSON.stringify({ ...record, schema: recordSchema });
}

/** undefined takes an annotation away. */
function notesOf(record: ReleaseRecord | undefined, request: OperatorRequest | undefined) {
  return {
    [annotations.release]: record && recordNote(record),
    [annotations.request]: request && JSON.stringify(request),
  };
}

function notInstalled({ name, namespace }: NamespacedName): Refusal {
  const fix = 'install it first: kubectl apply -f dist/';
  return new Refusal('not-installed', `the VirtualService ${name} in the namespace ${namespace}`, 'none', fix);
}
