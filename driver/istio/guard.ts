/**
 * The invariants S1–S4, asked once more of each write just before it is made, in words of their own: a mistake in a rule then ends
 * a release instead of losing requests. So it imports types and nothing else of the driver. The printed plan is checked the same way.
 */
import type { Release } from '../../model';
import type { Action } from './action';
import type { Violation } from './decision';
import type { Exception } from './exceptions';
import type { Memory } from './memory';
import { availableOf, podsToCarry } from './guard-pods';
import { besideAdopted, choosesRolling, namesBeside, pausesWrongly } from './guard-rollout';
import type { ObservedRoute, Observation, Proxy } from './observation';

/** By what a write is judged. */
export interface Known {
  readonly release: Pick<Release, 'inFlight' | 'timings'>;
  readonly seen: Observation;
  readonly memory: Pick<Memory, 'quietSinceMs' | 'connections'>;
}

/** What the write would break; undefined when it is safe. `exceptions` are what a person has granted for this release. */
export function violationOf(
  action: Action,
  known: Known,
  exceptions: readonly Exception[] = [],
): Violation | undefined {
  const judged = { ...known, proxies: proxiesToJudge(known.seen, exceptions) };
  switch (action.kind) {
    case 'write-route':
      return first(
        gaining(action, known.seen),
        (version) =>
          breaksS1(version, action, judged) ??
          namesBeside(version, action, known.seen) ??
          breaksS4(version, action, known),
      );
    case 'write-subsets':
      return breaksBySubsets(action, judged);
    case 'set-paused':
      return pausesWrongly(action, known.seen, judged.proxies);
    case 'remove-version':
      return breaksS2(action.version, judged) ?? breaksS3(action.version, known, exceptions);
    case 'restore':
      return breaksByRestore(action, known.seen);
    case 'add-version':
      return besideAdopted(action.version, known.seen, judged.proxies);
    case 'write-record':
    case 'set-minimum':
    case 'disown':
      return undefined;
  }
}

function breaksByRestore(action: Action & { kind: 'restore' }, seen: Observation): Violation | undefined {
  return action.what === 'route' ? lostSubset(seen) : choosesRolling(action.choose, seen);
}

/** What it names has stayed, or the route would lose requests that it does not lose now. */
function lostSubset({ state, subsets }: Observation): Violation | undefined {
  const { split = {}, headerVersions = [], otherVersions = [] } = state?.kept.route ?? {};
  const weighted = Object.keys(split).filter((version) => (split[version] ?? 0) > 0);
  const named = [...weighted, ...headerVersions, ...otherVersions];
  const version = named.find((each) => !subsets?.versions.includes(each));
  return version === undefined ? undefined : { invariant: 'S1', code: 'not-ready-at', version, proxy: undefined };
}

function breaksBySubsets(
  { versions, choose }: Extract<Action, { kind: 'write-subsets' }>,
  judged: Judged,
): Violation | undefined {
  const broken = first(goingSubsets(versions, judged.seen), (version) => breaksS2(version, judged));
  return broken ?? choosesRolling(choose, judged.seen);
}

type RouteWrite = Extract<Action, { kind: 'write-route' }>;
type Judged = Known & { readonly proxies: readonly Proxy[] };

function first(
  versions: readonly string[],
  question: (version: string) => Violation | undefined,
): Violation | undefined {
  return versions.map(question).find((broken) => broken !== undefined);
}

function proxiesToJudge({ proxies, leftOut = [] }: Observation, exceptions: readonly Exception[]): readonly Proxy[] {
  return [...proxies, ...leftOut].filter((proxy) => !isLeftOut(proxy, exceptions));
}

/** A person has judged that it serves nobody. Once it answers with something of the route, it is asked like any other. */
function isLeftOut(proxy: Proxy, exceptions: readonly Exception[]): boolean {
  const isEmpty = 'routes' in proxy && proxy.routes.length === 0 && proxy.namedVersions.length === 0;
  return (
    ('unreadable' in proxy || isEmpty) &&
    exceptions.some((one) => one.code === 'without-proxy' && one.proxy === proxy.name)
  );
}

/** Requests from outside come in somewhere, or will as soon as a gateway starts. A route of the mesh alone has only sidecars. */
function sawNobody({ proxies, seen }: Judged): boolean {
  const wanted = seen.route?.isMeshAlone ? 'sidecar' : 'gateway';
  return !proxies.some(({ kind }) => kind === wanted);
}

/** Versions that get requests by this write which they do not get now. */
function gaining({ split, headerVersions, changes }: RouteWrite, { route }: Observation): string[] {
  // Where routes name no subset yet, the one that this write names is new to every proxy.
  const live = route?.whole && changes ? {} : (route?.split ?? {});
  const more = Object.keys(split).filter((version) => (split[version] ?? 0) > (live[version] ?? 0));
  const newlyPinned = headerVersions.filter((version) => !route?.headerVersions.includes(version));
  const changed = changes ? (route?.change?.names ?? []) : [];
  return [...more, ...newlyPinned, ...changed.filter((version) => !route?.otherVersions.includes(version))];
}

function goingSubsets(remaining: readonly string[], { subsets }: Observation): string[] {
  return (subsets?.versions ?? []).filter((version) => !remaining.includes(version));
}

function breaksS1(version: string, action: RouteWrite, judged: Judged): Violation | undefined {
  // The way back, to a version that every proxy with a route of this release has had: one that cannot be read does not hold it up.
  const isWayBack = action.record?.mode === 'abort' && hasStayed(version, judged.seen);
  const endpoints = podsToCarry(version, judged.seen, action);
  const unready = judged.proxies.find(
    (proxy) => !sendsTo(proxy, version, endpoints) && !(isWayBack && 'unreadable' in proxy),
  );
  if (!unready && !sawNobody(judged)) return undefined;
  return { invariant: 'S1', code: 'not-ready-at', version, proxy: unready?.name };
}

function hasStayed(version: string, { route, subsets }: Observation): boolean {
  if (!route) return false;
  if (!route.whole && (route.split[version] ?? 0) > 0) return true;
  return (route.record?.kept?.includes(version) ?? false) && (subsets?.versions.includes(version) ?? false);
}

function sendsTo(proxy: Proxy, version: string, endpoints: number): boolean {
  if ('answers' in proxy) return proxy.answers[version] === 'answered';
  const cluster = 'clusters' in proxy ? proxy.clusters[version] : undefined;
  return cluster?.state === 'active' && cluster.healthyEndpoints >= endpoints;
}

function breaksS4(version: string, action: RouteWrite, { seen }: Known): Violation | undefined {
  if (!action.record && !seen.route?.record) return { invariant: 'S4', code: 'no-release', version };
  const needed = podsToCarry(version, seen, action);
  const available = availableOf(seen.workloads[version]);
  return available >= needed ? undefined : { invariant: 'S4', code: 'few-pods', version, available, needed };
}

function breaksS2(version: string, judged: Judged): Violation | undefined {
  const { route } = judged.seen;
  if (route && (sendsSomeTo(version, route) || sendsToAll(version, judged.seen)))
    return { invariant: 'S2', code: 'routed', version };
  const { [version]: by = [] } = judged.seen.namedElsewhere;
  if (by.length > 0) return { invariant: 'S2', code: 'named-elsewhere', version, by };
  const naming = judged.proxies.find((proxy) => mayRouteTo(proxy, version, route));
  if (naming || sawNobody(judged)) return { invariant: 'S2', code: 'may-be-routed-at', version, proxy: naming?.name };
  const longestMs = judged.release.timings.longestRequestSeconds * 1000;
  return mayBeHeld(version, longestMs, judged.seen)
    ? { invariant: 'S2', code: 'may-be-held', version, longestMs }
    : undefined;
}

/** A filter holds what an earlier route sent, and no count has it. Without pods there is nothing to lose. */
function mayBeHeld(version: string, longestMs: number, { route, workloads, serverMs }: Observation): boolean {
  if (!(version in workloads) || workloads[version]?.isGone) return false;
  // Somebody has written the route since that moment, though it may be as it was.
  if (route?.generation !== route?.record?.generation) return true;
  const offSince = Date.parse(route?.record?.unrouted?.[version] ?? '');
  return !(offSince + longestMs <= serverMs);
}

function sendsSomeTo(version: string, { split, headerVersions, probes, otherVersions }: ObservedRoute): boolean {
  return (split[version] ?? 0) > 0 || [...headerVersions, ...probes, ...otherVersions].includes(version);
}

/** Routes to the whole Service send to whatever has pods behind it. */
function sendsToAll(version: string, { route, workloads }: Observation): boolean {
  const { [version]: workload } = workloads;
  return route?.whole !== undefined && workload !== undefined && !workload.isGone;
}

/** A probed gateway tells the name of its route, not what is in it: only the route as it was written last is known. */
function mayRouteTo(proxy: Proxy, version: string, route: ObservedRoute | undefined): boolean {
  if ('namedVersions' in proxy) return proxy.namedVersions.includes(version);
  return !('markers' in proxy) || Object.values(proxy.markers).some((marker) => marker !== route?.marker);
}

function breaksS3(version: string, known: Known, exceptions: readonly Exception[]): Violation | undefined {
  const { release, seen, memory } = known;
  if (seen.workloads[version]?.isGone) return undefined;
  const { drainWindowSeconds, longestRequestSeconds, connectTimeoutSeconds } = release.timings;
  // Where no pod counts, only the time of the longest request tells that the last one is over.
  const windowMs = 1000 * Math.max(drainWindowSeconds, release.inFlight === 'proxies' ? longestRequestSeconds : 0);
  const quietForMs = seen.atMs - (memory.quietSinceMs[version] ?? Infinity);
  if (quietForMs < windowMs && !isAccepted(version, seen, exceptions))
    return { invariant: 'S3', code: 'not-idle', version, windowMs };
  const settledForMs = seen.atMs - (memory.connections.settledSinceMs[version] ?? Infinity);
  if (settledForMs < connectTimeoutSeconds * 1000) return { invariant: 'S3', code: 'connecting', version };
  return undefined;
}

/** Never more than a person accepted, and never without a count: what nobody counts may be any number. */
function isAccepted(version: string, { inFlight, proxies }: Observation, exceptions: readonly Exception[]): boolean {
  const accepted = exceptions.find((one) => one.code === 'accept-loss' && one.version === version);
  if (!accepted || !proxies.every((proxy) => 'clusters' in proxy)) return false;
  // Not counted is no number: it exceeds whatever was accepted.
  const counts = proxies.map(({ clusters }) =>
    version in clusters ? (clusters[version]?.activeRequests ?? Infinity) : 0,
  );
  const atProxies = counts.reduce((sum, count) => sum + count, 0);
  const atPods = inFlight[version];
  return typeof atPods === 'number' && Math.max(atPods, atProxies) <= accepted.count;
}
