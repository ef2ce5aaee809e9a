/** What can happen next in a small world. Each step has a name, by which a path is printed and replayed. */
import { nothingRemembered, type Memory } from '../../../driver/istio/memory';
import type { ReleaseRecord } from '../../../driver/istio/record';
import { eachProxy, nowMs } from './cluster';
import { gateways, isServing, proxyNames, versions } from './state';
import type { Driver, Pods, Proxy, State, Version } from './state';

export interface Step {
  readonly name: string;
  readonly next: State;
}

/**
 * What comes by itself: proxies follow, pods start and end, requests end, time passes. Every fault ends by these. One by one, as who
 * wants the first of them would otherwise pay for all.
 */
export function* natural(state: State): Generator<Step> {
  for (const [index, proxy] of state.proxies.entries()) {
    for (const [what, changed] of proxySteps(state, proxy))
      yield { name: `${gateways[index]} ${what}`, next: withProxy(state, index, changed) };
  }
  for (const version of versions) yield* podSteps(state, version);
  yield* timeSteps(state);
}

type ProxyStep = readonly [string, Proxy];

function* proxySteps(state: State, proxy: Proxy): Generator<ProxyStep> {
  if (proxy.state === 'starting') {
    yield ['serves', started(state, proxy)];
    return;
  }
  const [route, ...routesToCome] = proxy.routesToCome;
  const [subsets, ...subsetsToCome] = proxy.subsetsToCome;
  if (proxy.state === 'unreadable') yield ['can be read again', { ...proxy, state: 'serving' }];
  if (route) yield ['takes the next route', takeRoute({ ...proxy, routesToCome }, route)];
  if (subsets) yield ['takes the next subsets', takeSubsets({ ...proxy, subsetsToCome }, subsets)];
  for (const version of versions) yield* clusterSteps(state, proxy, version);
}

function* clusterSteps({ pods }: State, proxy: Proxy, version: Version): Generator<ProxyStep> {
  const cluster = proxy.clusters[version];
  const load = proxy.load[version];
  const endpoints = pods[version]?.isGone ? 0 : (pods[version]?.available ?? 0);
  if (cluster && (cluster.state === 'warming' || cluster.endpoints !== endpoints)) {
    const learnt = { ...cluster, state: 'active', endpoints } as const;
    yield [`learns the endpoints of ${version}`, { ...proxy, clusters: { ...proxy.clusters, [version]: learnt } }];
  }
  const loaded = (next: 'none' | 'active') => ({ ...proxy, load: { ...proxy.load, [version]: next } });
  if (load === 'connecting') yield [`gets a connection to ${version}`, loaded('active')];
  if (load !== 'none') yield [`ends its last request to ${version}`, loaded('none')];
}

/** A new proxy is ready only when it holds all that istiod has to tell. Its counters begin anew. */
function started({ route, rule, pods }: State, { counted }: Proxy): Proxy {
  const cluster = (version: Version) => ({
    state: 'active' as const,
    endpoints: pods[version]?.available ?? 0,
    begun: 0 as const,
  });
  const { split, marker, sentBy } = route ?? { split: {}, marker: '', sentBy: 'somebody' as const };
  return {
    state: 'serving',
    route: { split, marker, sentBy },
    routesToCome: [],
    subsetsToCome: [],
    clusters: Object.fromEntries((rule?.subsets ?? []).map((version) => [version, cluster(version)])),
    load: { v1: 'none', v2: 'none' },
    // The driver knows it by its name, and finds fewer connections than it had counted.
    counted,
  };
}

/** Just before it, a request may have been sent to what the old route names: it waits for a connection now. */
function takeRoute(proxy: Proxy, route: Proxy['route']): Proxy {
  const next = { ...proxy, route };
  return versions.reduce((one, version) => {
    if (proxyNames(next, version)) return { ...one, load: { ...one.load, [version]: 'none' } };
    const cluster = one.clusters[version];
    if (!proxyNames(proxy, version) || cluster?.state !== 'active') return one;
    const clusters = { ...one.clusters, [version]: { ...cluster, begun: 2 } };
    return { ...one, clusters, load: { ...one.load, [version]: 'connecting' } };
  }, next);
}

function takeSubsets(proxy: Proxy, subsets: readonly Version[]): Proxy {
  const fresh = { state: 'warming', endpoints: 0, begun: 0 } as const;
  const clusters = Object.fromEntries(subsets.map((version) => [version, proxy.clusters[version] ?? fresh]));
  const load = (version: Version) => (subsets.includes(version) ? proxy.load[version] : 'none');
  return { ...proxy, clusters, load: { v1: load('v1'), v2: load('v2') } };
}

function podSteps(state: State, version: Version): Step[] {
  const pods = state.pods[version];
  const to = (what: string, changed: Pods): Step[] => [
    { name: what, next: { ...state, pods: { ...state.pods, [version]: changed } } },
  ];
  if (pods?.isGone) return pods.available > 0 ? to(`the pods of ${version} have ended`, { ...pods, available: 0 }) : [];
  if (!pods || pods.available >= pods.desired) return [];
  return to(`one more pod of ${version} is available`, { ...pods, available: pods.available + 1 });
}

export const timePasses = 'a while passes';
const whileMs = 100_000;
const longMs = 10_000_000;

/** Longer than a drain window, a connect timeout and a pause; shorter than every limit. */
function timeSteps(state: State): Step[] {
  // No request waits longer for its connection than the connect timeout.
  if (state.proxies.some(({ load }) => versions.some((version) => load[version] === 'connecting'))) return [];
  const isQuiet = { v1: isUnrouted(state, 'v1'), v2: isUnrouted(state, 'v2') };
  return [{ name: timePasses, next: { ...aged(state, whileMs), isQuiet } }];
}

function isUnrouted({ proxies }: State, version: Version): boolean {
  return proxies.every((proxy) => !isServing(proxy) || !proxyNames(proxy, version));
}

function aged(state: State, byMs: number): State {
  const { driver, route } = state;
  const since = new Date(nowMs - byMs).toISOString();
  return {
    ...state,
    route: route?.record ? { ...route, record: agedRecord(route.record, since) } : route,
    driver: driver.is === 'running' ? { ...driver, memory: agedMemory(driver.memory, byMs) } : driver,
  };
}

function agedRecord(record: ReleaseRecord, before: string): ReleaseRecord {
  if (!record.unrouted) return record;
  const unrouted = Object.entries(record.unrouted).map(([version, time]) => [version, time < before ? time : before]);
  return { ...record, unrouted: Object.fromEntries(unrouted) as Record<string, string> };
}

function agedMemory(memory: Memory, byMs: number): Memory {
  const latest = nowMs - byMs;
  const all = (times: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(times).map(([version, atMs]) => [version, Math.min(atMs, latest)]));
  const { waiting, watched, quietSinceMs, connections } = memory;
  return {
    ...memory,
    watched: watched && { ...watched, ms: Math.max(watched.ms, byMs) },
    quietSinceMs: all(quietSinceMs),
    connections: { ...connections, settledSinceMs: all(connections.settledSinceMs) },
    waiting: waiting && { ...waiting, sinceMs: Math.min(waiting.sinceMs, latest) },
  };
}

/** What is waited for has not come until its limit. */
export function limitPasses(state: State): State {
  const { driver } = state;
  if (driver.is !== 'running' || !driver.memory.waiting) return state;
  const waiting = { ...driver.memory.waiting, sinceMs: nowMs - longMs };
  return { ...state, driver: { ...driver, memory: { ...driver.memory, waiting } } };
}

/** A driver that is started again knows nothing but what it sees. */
export function startDriver(state: State): State {
  const driver: Driver = { is: 'running', memory: nothingRemembered, asked: [], pending: undefined };
  const proxies = eachProxy(state, (proxy) => ({ ...proxy, counted: undefined }));
  return { ...state, driver, drivers: state.drivers + 1, proxies };
}

export function withProxy(state: State, index: number, proxy: Proxy): State {
  const next = { ...state, proxies: state.proxies.with(index, proxy) };
  return {
    ...next,
    isQuiet: { v1: state.isQuiet.v1 && isUnrouted(next, 'v1'), v2: state.isQuiet.v2 && isUnrouted(next, 'v2') },
  };
}
