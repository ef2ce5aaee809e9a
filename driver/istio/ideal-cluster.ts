/**
 * An ideal cluster, as plain data: every write succeeds, and whatever is waited for happens. The printed plan is decide()
 * run over it from today's observation, so the plan is what will be done if nothing goes wrong.
 */
import { fieldManager, findVersion, leastPods, shortestDrainSeconds, versionNames, type Release } from '../../model';
import type { Action } from './action';
import { settleMs } from './pending-connections';
import type { Wait, WaitFor } from './decision';
import {
  hostsOf,
  isRead,
  type Observation,
  type ObservedRoute,
  type ObservedSubsets,
  type Proxy,
  type ReadProxy,
  type Workload,
} from './observation';
import { stagesOf } from './stages';

/** The API server's part of a write takes effect at once; pods and proxies follow when they are waited for. */
export function performIdeally(seen: Observation, action: Action): Observation {
  switch (action.kind) {
    case 'add-version':
      return withWorkload(seen, action.version, newWorkload);
    case 'remove-version':
      return { ...seen, workloads: without(seen.workloads, action.version) };
    case 'set-paused':
      return withWorkload(seen, action.version, idealRollout(seen.workloads[action.version] ?? newWorkload, action));
    case 'set-minimum':
      return withWorkload(seen, action.version, raised(seen.workloads[action.version] ?? newWorkload, action.pods));
    case 'write-subsets':
      return { ...seen, subsets: idealSubsets(seen, action) };
    case 'disown':
      return disowned(seen, action.what);
    case 'restore':
      return restored(seen, action);
    case 'write-record':
      return withRoute(seen, { record: action.record });
    case 'write-route':
      return withRoute(seen, idealRoute(seen, action));
  }
}

function idealRoute({ route }: Observation, action: RouteWrite): Partial<ObservedRoute> {
  const { split, headerVersions, probes, marker, record, changes } = action;
  const sent = record && { ...record, generation: route?.generation };
  const written = { split, headerVersions, probes, marker, record: sent, isOwned: true };
  const { base = '' } = route?.change ?? route?.whole?.change ?? {};
  return changes ? { ...written, base, change: undefined, whole: undefined } : written;
}

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

/** What somebody has changed in its template meanwhile rolls when it is resumed. */
function idealRollout(workload: Workload, { isPaused }: Extract<Action, { kind: 'set-paused' }>): Workload {
  const { rollout } = workload;
  if (!rollout) return workload;
  const rest = isPaused ? {} : { isPending: false, isRolling: rollout.isPending };
  return { ...workload, rollout: { ...rollout, ...rest, isNoted: isPaused, paused: isPaused ? 'by handover' : 'no' } };
}

function idealSubsets({ subsets, workloads }: Observation, action: SubsetWrite): ObservedSubsets {
  const { versions, changes, choose } = action;
  const change = changes ? undefined : subsets?.change;
  // A new one is as synth writes it.
  const added = versions.filter((version) => workloads[version]?.rollout && !subsets?.versions.includes(version));
  const chosenBy = {
    ...subsets?.chosenBy,
    ...Object.fromEntries(added.map((version) => [version, ''])),
    ...(choose && { [choose.version]: choose.hash }),
  };
  const notes = { digest: subsets?.digest ?? '', written: subsets?.written, changedBy: fieldManager };
  return { resourceVersion: 'ideal', ...notes, isOwned: true, versions, chosenBy, ...(change && { change }) };
}

type SubsetWrite = Extract<Action, { kind: 'write-subsets' }>;

/** What is waited for has happened. */
export function waitIdeally(release: Release, seen: Observation, what: WaitFor, ask: readonly string[]): Observation {
  switch (what) {
    case 'pods':
    case 'health':
      return {
        ...seen,
        workloads: mapValues(seen.workloads, (workload, version) => grown(release, workload, version)),
      };
    case 'ending':
      return {
        ...seen,
        workloads: mapValues(seen.workloads, (workload) => (workload.isGone ? { ...workload, pods: 0 } : workload)),
      };
    case 'rollout':
      return { ...seen, workloads: mapValues(seen.workloads, rolledOut) };
    case 'gate':
      return {
        ...seen,
        proxies: seen.proxies.map((proxy) => ({ ...asRead(proxy), clusters: upToDateClusters(seen) })),
      };
    case 'propagation':
      return {
        ...seen,
        proxies: seen.proxies.map((proxy) => ({ ...asRead(proxy), ...upToDateRoutes(release, seen, asRead(proxy)) })),
      };
    case 'drain': {
      const inFlight = Object.fromEntries(ask.map((version) => [version, 0]));
      const proxies = seen.proxies.map((proxy) => upToDateProxy(release, seen, proxy));
      return { ...later(seen, drainMs(release, seen)), inFlight, proxies };
    }
    case 'pause':
      return pauseOver(release, seen);
  }
}

/** Somebody makes as many pods as are waited for, where no scaler of ours does. */
export function withPodsFor(wait: Wait, seen: Observation): Observation {
  const workload = wait.for === 'pods' ? seen.workloads[wait.version] : undefined;
  if (wait.for !== 'pods' || !workload || workload.available >= wait.needed) return seen;
  return withWorkload(seen, wait.version, { ...workload, desired: wait.needed, available: wait.needed });
}

function drainMs(release: Release, { evidence }: Observation): number {
  return Math.max(shortestDrainSeconds(release.timings) * 1000, settleMs(release, evidence)) + lookMs;
}

/** A moment on record is as exact as the API server tells its time. */
const lookMs = 1_000;

function later(seen: Observation, ms: number): Observation {
  return { ...seen, atMs: seen.atMs + ms, endedMs: seen.endedMs + ms, serverMs: seen.serverMs + ms };
}

function disowned(seen: Observation, what: 'route' | 'subsets'): Observation {
  if (what === 'route') return withRoute(seen, { isOwned: false });
  return { ...seen, subsets: seen.subsets && { ...seen.subsets, isOwned: false } };
}

function restored(seen: Observation, action: Extract<Action, { kind: 'restore' }>): Observation {
  const { route, subsets } = seen.state?.kept ?? {};
  if (action.what === 'subsets') return { ...seen, subsets: subsets && restoredSubsets(subsets, action) };
  const { record } = action;
  const generation = record.generation;
  return { ...seen, route: route && { ...route, generation, record, marker: record.marker, isOwned: true } };
}

function restoredSubsets(
  subsets: ObservedSubsets,
  { versions, choose }: Extract<Action, { kind: 'restore'; what: 'subsets' }>,
): ObservedSubsets {
  const chosenBy = choose && { ...subsets.chosenBy, [choose.version]: choose.hash };
  return { ...subsets, versions, isOwned: true, ...(chosenBy && { chosenBy }) };
}

const newWorkload: Workload = {
  image: '',
  contentHash: '',
  desired: 1,
  available: 0,
  isCurrent: true,
  autoscaler: undefined,
  trouble: undefined,
};

function raised(workload: Workload, pods: number): Workload {
  if (!workload.autoscaler) return workload;
  const desired = Math.max(workload.desired, pods);
  return { ...workload, desired, available: 0, autoscaler: { ...workload.autoscaler, minimum: pods } };
}

function grown(release: Release, workload: Workload, version: string): Workload {
  const least = versionNames(release).includes(version) ? leastPods(release, findVersion(release, version)) : 0;
  const available = Math.max(least, workload.desired, workload.autoscaler?.minimum ?? 0);
  return { ...workload, desired: available, available, isCurrent: true };
}

/** A pause by the clock ends by itself, any other because somebody promotes. */
function pauseOver(release: Release, seen: Observation): Observation {
  const record = seen.route?.record;
  const stage = record && stagesOf(release)[record.step];
  if (stage?.kind === 'pause' && stage.ms !== 'until promoted') {
    return later(seen, Date.parse(record?.since ?? '') + stage.ms - seen.atMs);
  }
  return withRoute(seen, { request: { id: `ideal-${record?.step}`, verb: 'promote' } });
}

/** By one template: which one nobody asks. */
function rolledOut({ rollout, ...workload }: Workload): Workload {
  return rollout ? { ...workload, rollout: { ...rollout, isRolling: false, hashes: ['ideal'] } } : workload;
}

function asRead(proxy: Proxy): ReadProxy {
  return isRead(proxy) ? proxy : { name: proxy.name, kind: proxy.kind, clusters: {}, routes: [], namedVersions: [] };
}

/** As it is when everything written has reached it. */
export function upToDateProxy(
  release: Release,
  seen: Observation,
  { name, kind }: Pick<Proxy, 'name' | 'kind'>,
): ReadProxy {
  return { name, kind, clusters: upToDateClusters(seen), ...upToDateRoutes(release, seen, { kind }) };
}

function upToDateClusters({ subsets, workloads }: Observation): ReadProxy['clusters'] {
  const clusters = (subsets?.versions ?? []).map((version) => {
    const healthyEndpoints = workloads[version]?.available ?? 0;
    return [version, { state: 'active' as const, healthyEndpoints, activeRequests: 0, connectionsBegun: 0 }] as const;
  });
  return Object.fromEntries(clusters);
}

function upToDateRoutes(
  release: Release,
  { route }: Observation,
  proxy: Pick<ReadProxy, 'kind' | 'hosts'>,
): Pick<ReadProxy, 'routes' | 'namedVersions'> {
  if (!route) return { routes: [], namedVersions: [] };
  return {
    routes: hostsOf(release, proxy).map((host) => ({ host, marker: route.marker, split: route.split })),
    namedVersions: [...Object.keys(route.split), ...route.headerVersions],
  };
}

function withRoute(seen: Observation, change: Partial<ObservedRoute>): Observation {
  return seen.route ? { ...seen, route: { ...seen.route, ...change } } : seen;
}

function withWorkload(seen: Observation, version: string, workload: Workload): Observation {
  return { ...seen, workloads: { ...seen.workloads, [version]: workload } };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
