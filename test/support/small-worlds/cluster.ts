/** How a driver sees a small world, and what its writes do there. A look is one instant; a write comes later. */
import type { Action } from '../../../driver/istio/action';
import type { Note } from '../../../driver/istio/notes';
import type {
  Observation,
  ObservedRoute,
  ObservedSubsets,
  Proxy as ObservedProxy,
  Workload,
} from '../../../driver/istio/observation';
import { formatSplit, splitRoute, type Split } from '../../../model';
import { gateways, isServing, proxyNames, versions } from './state';
import type { Content, Pending, Pods, Proxy, Route, Rule, State, Version } from './state';

/** Looks are all at this time. What is remembered of earlier ones grows old by the step `a while passes`. */
export const nowMs = 1_000_000_000;
export const replicas = 2;

export function observe(state: State, asked: readonly string[]): Observation {
  return {
    atMs: nowMs,
    endedMs: nowMs,
    serverMs: nowMs,
    route: state.route && observedRoute(state.route),
    subsets: state.rule && observedRule(state.rule, state.route?.record?.id ?? ''),
    state: state.kept,
    workloads: Object.fromEntries(Object.entries(state.pods).map(([version, pods]) => [version, workloadOf(pods)])),
    evidence: 'proxy',
    proxies: state.proxies.map((proxy, index) => observedProxy(proxy, gateways[index] ?? '')),
    inFlight: Object.fromEntries(asked.map((version) => [version, inFlightTo(version, state)])),
    namedElsewhere: {},
  };
}

function observedRule({ subsets, isOwned, written }: Rule, release: string): ObservedSubsets {
  const note = written === undefined ? undefined : { release, digest: written, isRestored: false };
  return {
    resourceVersion: `${subsets.join()} ${isOwned}`,
    isOwned,
    versions: subsets,
    digest: subsets.join(),
    written: note,
    changedBy: 'anybody',
  };
}

function observedRoute(route: Route): ObservedRoute {
  const { split, marker, record, request, isOwned, changedBy } = route;
  return {
    resourceVersion: resourceVersionOf(route),
    mesh: false,
    split,
    headerVersions: [],
    pinnedVersions: [],
    probes: [],
    marker,
    base: splitRoute,
    otherVersions: [],
    digest: digestOf({ split, marker }),
    isOwned,
    record,
    request,
    changedBy: changedBy === 'driver' ? 'handover' : 'kubectl-edit',
  };
}

/** By what is in it: that an object was changed and changed back is known by the write that it made stale. */
function resourceVersionOf({ split, marker, record, request, isOwned, changedBy }: Route): string {
  const { id, serial, mode, step, handled } = record ?? {};
  return JSON.stringify([split, marker, id, serial, mode, step, handled, request?.id, isOwned, changedBy]);
}

function digestOf({ split, marker }: { readonly split: Split; readonly marker: string }): string {
  return JSON.stringify([split, marker]);
}

function workloadOf({ desired, available, isGone }: Pods): Workload {
  return {
    image: 'demo',
    contentHash: '',
    desired,
    declaredPods: replicas,
    available: isGone ? 0 : available,
    isCurrent: true,
    autoscaler: undefined,
    trouble: undefined,
    // The driver has the manifests of both: what a removal has left can be completed.
    ...(isGone && { isGone, pods: available, isPartial: true }),
  };
}

/** A gateway that is starting is listed, too, and cannot be asked. */
function observedProxy(proxy: Proxy, name: string): ObservedProxy {
  if (proxy.state !== 'serving') return { name, kind: 'gateway', unreadable: 'connection refused' };
  const { split, marker } = proxy.route;
  const clusters = Object.entries(proxy.clusters).map(([version, { state, endpoints, begun }]) => {
    const activeRequests = proxy.load[version as Version] === 'active' ? 1 : 0;
    return [version, { state, healthyEndpoints: endpoints, activeRequests, connectionsBegun: begun }] as const;
  });
  return {
    name,
    kind: 'gateway',
    clusters: Object.fromEntries(clusters),
    routes: marker === '' ? [] : [{ host: 'demo.example.com', marker, split }],
    namedVersions: versions.filter((version) => proxyNames(proxy, version)),
  };
}

/** The least that pods may say: of a version that is routed to, nothing may be in flight at just this moment. */
function inFlightTo(version: string, { proxies }: State): number {
  return proxies.filter(({ load }) => load[version as Version] === 'active').length;
}

export function perform(state: State, pending: Pending): State {
  return isConflict(pending) ? state : takeEffect(state, pending.action);
}

/** Each write is refused when the VirtualService is not as it was seen; one of the subsets also when the DestinationRule is not. */
function isConflict({ action, isRouteStale, isRuleStale }: Pending): boolean {
  switch (action.kind) {
    case 'add-version':
    case 'set-minimum':
    case 'restore':
    case 'set-paused':
      return false;
    case 'write-subsets':
      return isRouteStale || isRuleStale;
    case 'disown':
      return action.what === 'route' ? isRouteStale : isRuleStale;
    case 'write-route':
    case 'write-record':
    case 'remove-version':
      return isRouteStale;
  }
}

function takeEffect(state: State, action: Action): State {
  switch (action.kind) {
    case 'write-route':
      return writeRoute(state, action);
    case 'write-record':
      return { ...state, route: state.route && { ...state.route, record: action.record } };
    case 'write-subsets':
      return writeSubsets(state, action.versions as Version[], action.restores);
    case 'add-version':
      return addVersion(state, action.version as Version);
    case 'remove-version':
      return removeVersion(state, action.version as Version);
    case 'disown':
      return disown(state, action.what);
    case 'restore':
      return restore(state, action);
    case 'set-minimum':
      throw new Error('expected no write of an autoscaler in a world without one');
    case 'set-paused':
      throw new Error('expected no write of a Deployment that rolls in a world without one');
  }
}

function writeRoute(state: State, { split, marker, record }: Extract<Action, { kind: 'write-route' }>): State {
  const request = record && state.route?.record ? state.route.request : undefined;
  const digests = { route: digestOf({ split, marker }), subsets: state.rule?.subsets.join() };
  const sent = record && { ...record, digests };
  const isMoved = formatSplit(split) !== formatSplit(state.route?.split ?? {});
  const sentBy = isMoved ? 'driver' : (state.route?.sentBy ?? 'driver');
  return storeRoute(state, { split, marker, sentBy, record: sent, request, isOwned: true, changedBy: 'driver' });
}

/** Creates what is not there, as it was copied last. Somebody else may have been quicker. */
function restore(state: State, action: Extract<Action, { kind: 'restore' }>): State {
  if (action.what === 'subsets') return state.rule ? state : writeSubsets(state, action.versions as Version[]);
  const { route } = state.kept.kept;
  if (state.route || !route) return state;
  const { split } = route;
  const { marker } = action.record;
  const digests = { route: digestOf({ split, marker }), subsets: state.rule?.subsets.join() };
  const record = { ...action.record, digests };
  return storeRoute(state, {
    split,
    marker,
    sentBy: 'driver',
    record,
    request: undefined,
    isOwned: true,
    changedBy: 'driver',
  });
}

/** Undefined: a conflict, as there is nothing to copy. */
export function keep(state: State, { current, history, copies }: Note, seen: Observation): State | undefined {
  const { route, subsets } = seen;
  if (copies !== 'none' && !(route && subsets)) return undefined;
  const of = { route: route?.resourceVersion, subsets: subsets?.resourceVersion };
  const kept = current && copies !== 'none' && route && subsets ? { route, subsets } : {};
  return { ...state, kept: { resourceVersion: '1', ...remembered(current && { ...current, of }, history), kept } };
}

/** No decision asks how the traffic was split before the last look, and each way there would be a world of its own. */
function remembered(current: (Note['current'] & { of: object }) | undefined, past: Note['history']) {
  const history = past.map(({ shares: _, ...each }) => each);
  const shares = current?.shares?.slice(-1).map(({ split }) => ({ at: '', split }));
  return { history, ...(current && { current: { ...current, shares } }) };
}

const noRoute: Content = { split: {}, marker: '', sentBy: 'somebody' };

/** Stored, and sent to every gateway. Undefined: the object is removed. */
export function storeRoute(state: State, route: Route | undefined): State {
  const { split, marker, sentBy } = route ?? noRoute;
  const content = { split, marker, sentBy };
  const isNew = (proxy: Proxy) => {
    const last = proxy.routesToCome.at(-1) ?? proxy.route;
    return last.marker !== marker || digestOf(last) !== digestOf(content);
  };
  return {
    ...state,
    route,
    proxies: eachProxy(state, (proxy) =>
      isServing(proxy) && isNew(proxy) ? { ...proxy, routesToCome: [...proxy.routesToCome, content] } : proxy,
    ),
  };
}

/** What is put back keeps the digest from before. */
function writeSubsets(state: State, subsets: readonly Version[], restores = false): State {
  const before = state.rule?.written ?? state.route?.record?.digests.subsets;
  return storeSubsets(state, subsets, true, (restores ? before : undefined) ?? subsets.join());
}

/** Undefined: the object is removed. Nobody but the driver touches its note. */
export function storeSubsets(
  state: State,
  subsets: readonly Version[] | undefined,
  isOwned: boolean,
  written = state.rule?.written,
): State {
  return {
    ...state,
    rule: subsets && { subsets, isOwned, ...(written !== undefined && { written }) },
    proxies: eachProxy(state, (proxy) =>
      isServing(proxy) ? { ...proxy, subsetsToCome: [...proxy.subsetsToCome, subsets ?? []] } : proxy,
    ),
  };
}

function addVersion(state: State, version: Version): State {
  if (state.pods[version] && !state.pods[version].isGone) return state;
  return { ...state, pods: { ...state.pods, [version]: { desired: replicas, available: 0 } } };
}

/** The first request deletes the Deployment, the second the objects that its pods still read. */
function removeVersion(state: State, version: Version): State {
  const { [version]: removed, ...others } = state.pods;
  if (!removed) return state;
  if (removed.isGone) return { ...state, pods: others };
  return { ...state, pods: { ...state.pods, [version]: { ...removed, desired: 0, isGone: true } } };
}

function disown(state: State, what: 'route' | 'subsets'): State {
  if (what === 'route') return { ...state, route: state.route && { ...state.route, isOwned: false } };
  return { ...state, rule: state.rule && { ...state.rule, isOwned: false } };
}

export function eachProxy({ proxies }: State, change: (proxy: Proxy) => Proxy): State['proxies'] {
  return proxies.map(change);
}
