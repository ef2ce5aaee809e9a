/**
 * Writes to the VirtualService. All of them are server-side applies of the whole object, as handover wants it: the spec with
 * the record and the request beside it. What is left out of an apply is taken away, so the record ends in the same write as
 * the release. A merge patch of the annotation alone would make handover the owner a second time, under "Update", and then
 * no apply could remove it again.
 */
import { virtualServiceManifest } from '../../../charts';
import { annotations, Refusal, type Release } from '../../../model';
import type { Action } from '../action';
import type { Observation } from '../observation';
import type { OperatorRequest, ReleaseRecord } from '../record';
import type { Outcome } from '../../core/outcome';
import type { Api } from '../../kubernetes/api';
import { observedRoute } from './read-route';
import type { VirtualService } from '../../kubernetes/objects';
import { objectPath } from '../../kubernetes/paths';
import { probeKey } from '../mesh/probe-gateways';
import { conditioned, identityOf } from '../../kubernetes/conditioned';
import { routeAsSeen } from './route-as-seen';

interface Notes {
  readonly record: ReleaseRecord | undefined;
  readonly request: OperatorRequest | undefined;
}

export async function writeRoute(
  api: Api,
  release: Release,
  action: Extract<Action, { kind: 'write-route' }>,
  seen: Observation,
): Promise<Outcome> {
  const live = await routeAsSeen(api, release, seen);
  if (!live) return 'conflict';
  const { spec } = virtualServiceManifest(release, {
    split: action.split,
    present: action.headerVersions,
    marker: action.marker,
    probes: action.probes.length > 0 ? { key: probeKey(live), versions: action.probes } : undefined,
  });
  const { record } = action;
  // A request belongs to a release: the next one must not obey it.
  return put(
    api,
    release,
    { ...live, spec: spec as VirtualService['spec'] },
    { record, request: record && seen.route?.request },
  );
}

/** The live spec goes back as it is. That is safe as the resourceVersion says that it still is as it was read. */
export async function writeRecord(
  api: Api,
  release: Release,
  record: ReleaseRecord,
  seen: Observation,
): Promise<Outcome> {
  const live = await routeAsSeen(api, release, seen);
  return live ? put(api, release, live, { record, request: seen.route?.request }) : 'conflict';
}

const attempts = 10;

/** From another process than the one that drives: both write, so a conflict is ordinary and only means to look again. */
export async function leaveRequest(api: Api, release: Release, request: OperatorRequest): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const live = await api.find<VirtualService>(objectPath('VirtualService', release));
    if (!live) throw notInstalled(release);
    const { record } = observedRoute(live);
    if ((await put(api, release, live, { record, request })) === 'written') return;
  }
  const found = `that it was changed ${attempts} times meanwhile`;
  throw new Refusal('busy', `to leave a request on the VirtualService ${release.name}`, found, 'try again');
}

function put(api: Api, release: Release, live: VirtualService, { record, request }: Notes): Promise<Outcome> {
  const { apiVersion, kind, metadata } = virtualServiceManifest(release);
  const notes = {
    ...metadata.annotations,
    ...(record && { [annotations.release]: JSON.stringify(record) }),
    ...(request && { [annotations.request]: JSON.stringify(request) }),
  };
  const wanted = { ...metadata, annotations: notes, ...identityOf(live) };
  const body = { apiVersion, kind, metadata: wanted, spec: live.spec };
  return conditioned(() => api.apply(objectPath('VirtualService', release), body));
}

function notInstalled({ name, namespace }: Release): Refusal {
  const fix = 'install it first: kubectl apply -f dist/';
  return new Refusal('not-installed', `the VirtualService ${name} in the namespace ${namespace}`, 'none', fix);
}
