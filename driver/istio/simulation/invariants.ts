/**
 * The safety invariants S1 to S4. Each write is judged by what is true in the world at that instant, and again by what the
 * driver had seen. This file shares no code with the driver's rules, so an error in one does not hide in the other.
 */
import { adoptedIn, adoptedVersion, weightOf, type Release, type Split } from '../../../model';
import type { Action } from '../action';
import { isProbed, isRead, type Observation, type Proxy as ObservedProxy, type ReadProxy } from '../observation';
import { namedBy, wholeService } from './configuration';
import { carriedSplit, countedBy, countedIn, podsNeeded } from './pods-needed';
import type { Proxy } from './proxy';
import { rolloutFindings } from './rollout-invariants';
import type { Found, Truth, Violation } from './violation';

export function judge(release: Release, action: Action, seen: Observation, truth: Truth): Violation[] {
  const found = [...findings(release, action, seen, truth), ...rolloutFindings(action, seen, truth)];
  return found.map((each) => ({ atMs: truth.nowMs, ...each }));
}

function findings(release: Release, action: Action, seen: Observation, truth: Truth): Found[] {
  switch (action.kind) {
    case 'write-route':
      return [...routeNamesOnlyActive(release, action, seen, truth), ...weightHasPods(release, action, seen, truth)];
    case 'write-subsets':
      return removedSubsetsAreUnnamed(release, action.versions, seen, truth);
    case 'remove-version':
      return [...removedVersionIsDrained(release, action.version, seen, truth), ...keptVersionStays(release, action)];
    case 'restore':
      return restoredRouteHasSubsets(action, seen, truth);
    case 'add-version':
      return addedVersionGetsNothing(release, action.version, seen, truth);
    case 'set-minimum':
    case 'disown':
    case 'set-paused':
    case 'write-record':
      return [];
  }
}

/** Behind routes to the whole Service its pods would get requests as soon as they are ready. And nobody has manifests of what is adopted. */
function addedVersionGetsNothing(release: Release, version: string, seen: Observation, truth: Truth): Found[] {
  if (adoptedIn(release, version))
    return [{ invariant: 'S11', message: `${version}, which is adopted, is made`, heldAtObservation: false }];
  const sending = truth.proxies.filter((proxy) => sendsToAll(proxy));
  const held = !seen.route?.whole && seen.proxies.every((proxy) => isRead(proxy) && !mayLeadToAll(proxy));
  // Where nothing is adopted, no route leads to the whole Service.
  if (!adoptedVersion(release) || (sending.length === 0 && held)) return [];
  const who = names(sending) || 'no proxy, and the driver could not know,';
  const message = `pods of ${version} are made: ${who} sends to the whole Service`;
  return [{ invariant: 'S1', message, heldAtObservation: held }];
}

function keptVersionStays(release: Release, { version }: Action & { kind: 'remove-version' }): Found[] {
  if (!adoptedIn(release, version)?.isKept) return [];
  return [{ invariant: 'S11', message: `${version}, which the file keeps, is removed`, heldAtObservation: false }];
}

function sendsToAll({ served }: Proxy): boolean {
  return served.some(({ sends }) => sends.some(({ subset }) => subset === wholeService));
}

/** As a driver reads it: a cluster that is no subset has its whole name. */
function mayLeadToAll({ routes }: ReadProxy): boolean {
  return routes.some(({ split }) => Object.keys(split).some((name) => name.includes('||')));
}

/** What somebody else took away comes back, with the pods that there are: but never as a route to a subset that is gone. */
function restoredRouteHasSubsets({ what }: Action & { kind: 'restore' }, seen: Observation, truth: Truth): Found[] {
  const { route } = seen.state?.kept ?? {};
  if (what !== 'route' || !route) return [];
  return namedBy(route.split, route.headerVersions).flatMap((version) => {
    const held = seen.subsets?.versions.includes(version) ?? false;
    const lacking = truth.proxies.filter((proxy) => !proxy.clusters.get(version));
    if (lacking.length === 0 && held) return [];
    const message = `the restored route names ${version}: ${names(lacking) || 'the driver'} lacked it`;
    return [{ invariant: 'S1' as const, message, heldAtObservation: held }];
  });
}

type RouteWrite = Action & { kind: 'write-route' };

function routeNamesOnlyActive(release: Release, action: RouteWrite, seen: Observation, truth: Truth): Found[] {
  // A version that had as much weight before gets nothing new from this write, whatever happened to its pods since.
  const headersBefore = seen.route?.headerVersions ?? [];
  const isNew = (version: string) => !headersBefore.includes(version) && action.headerVersions.includes(version);
  const rising = risingVersions(action, seen, liveSplit(action, seen));
  const named = namedBy(action.split, action.headerVersions);
  return named
    .filter((version) => rising.includes(version) || isNew(version))
    .flatMap((version) => {
      // A driver that only probes cannot count endpoints.
      const isCounted = seen.evidence !== 'probe';
      const load = loadOf(release, action, seen, truth);
      const { all, allSeen } = podsTakenOver(version, action, seen, truth);
      const needed = isCounted ? Math.max(all, podsNeeded(version, load)) : 1;
      const known = isCounted ? Math.max(allSeen, podsNeeded(version, { ...load, count: countedBy(seen) })) : 1;
      const held =
        seen.proxies.length > 0 &&
        seen.proxies.every((proxy) => {
          if ('unreadable' in proxy && returnsTo(version, action, seen)) return true;
          if (isProbed(proxy)) return proxy.answers[version] === 'answered';
          const cluster = isRead(proxy) ? proxy.clusters[version] : undefined;
          return cluster?.state === 'active' && cluster.healthyEndpoints >= known;
        });
      const lacking = truth.proxies.filter((proxy) => {
        const cluster = proxy.clusters.get(version);
        return cluster?.state !== 'active' || cluster.endpoints.pods.length < needed;
      });
      if (lacking.length === 0 && held) return [];
      const who =
        lacking.length > 0 ? `${names(lacking)} lacked it` : 'every proxy had it, and the driver could not know';
      const message = `the route names ${version}, which needs ${needed} healthy endpoints in an active cluster: ${who}`;
      return [{ invariant: 'S1', message, heldAtObservation: held }];
    });
}

/** By a take-over it gets all requests at once, at a cluster that had none: no pod of it may be unknown there. */
function podsTakenOver(version: string, { changes }: RouteWrite, { route, workloads }: Observation, truth: Truth) {
  if (!route?.whole || !changes) return { all: 0, allSeen: 0 };
  return { all: truth.workloads.availableOf(version), allSeen: workloads[version]?.available ?? 0 };
}

/** An abort to a version that the live route sends to: an unreadable proxy has had it all the time. */
function returnsTo(version: string, { record }: RouteWrite, { route, subsets }: Observation): boolean {
  const isKept = route?.record?.kept?.includes(version) && subsets?.versions.includes(version);
  return record?.mode === 'abort' && (weightOf(route?.split ?? {}, version) > 0 || isKept === true);
}

function loadOf(release: Release, action: RouteWrite, seen: Observation, truth: Truth) {
  return { release, action, seen, count: countedIn(truth), loadPods: truth.loadPods };
}

function weightHasPods(release: Release, action: RouteWrite, seen: Observation, truth: Truth): Found[] {
  return risingVersions(action, seen, carriedSplit(action, seen)).flatMap((version) => {
    const weight = weightOf(action.split, version);
    const load = loadOf(release, action, seen, truth);
    const needed = podsNeeded(version, load);
    const known = podsNeeded(version, { ...load, count: countedBy(seen) });
    const available = truth.workloads.availableOf(version);
    const workload = seen.workloads[version];
    const held = workload !== undefined && workload.isCurrent && workload.available >= known;
    if (available >= needed && held) return [];
    const message = `weight ${weight} on ${version} needs ${needed} available pods, found ${available}`;
    return [{ invariant: 'S4', message, heldAtObservation: held }];
  });
}

/** Where routes lead to the whole Service, a subset that a write names is new to every proxy. */
function liveSplit({ changes }: RouteWrite, { route }: Observation): Split {
  return route?.whole && changes ? {} : (route?.split ?? {});
}

function risingVersions(action: RouteWrite, seen: Observation, before: Split): string[] {
  return Object.keys(action.split).filter((version) => weightOf(action.split, version) > weightOf(before, version));
}

function removedSubsetsAreUnnamed(
  release: Release,
  versions: readonly string[],
  seen: Observation,
  truth: Truth,
): Found[] {
  const removed = (seen.subsets?.versions ?? []).filter((version) => !versions.includes(version));
  return removed.flatMap((version) => [
    ...unnamed('S2', version, `subset ${version} is removed`, seen, truth),
    ...unheld(release, version, seen, truth),
  ]);
}

/** A filter may still hold a request to it. What a script that keeps no record could know, nobody can say. */
function unheld(release: Release, version: string, seen: Observation, { proxies, nowMs }: Truth): Found[] {
  const holding = proxies.filter(({ held }) => held.at(nowMs).some(({ subset }) => subset === version));
  const { record } = seen.route ?? {};
  const offSince = Date.parse(record?.unrouted?.[version] ?? '');
  const waited = nowMs >= offSince + release.timings.longestRequestSeconds * 1000;
  if (holding.length === 0 && (waited || !record)) return [];
  const message = `subset ${version} is removed: ${names(holding) || 'a filter'} may hold a request to it`;
  return [{ invariant: 'S2', message, heldAtObservation: waited }];
}

function removedVersionIsDrained(release: Release, version: string, seen: Observation, truth: Truth): Found[] {
  const quietForMs = truth.nowMs - truth.workloads.lastEndMs(version);
  const isIdle = [0, 'proxies only'].includes(seen.inFlight[version] ?? 'unknown');
  const accepted = mostAccepted(version, seen);
  const isCounted = Number(seen.inFlight[version] ?? Infinity) <= accepted;
  const held = isCounted || (isIdle && seen.proxies.every((proxy) => isQuiet(proxy, version)));
  const found = unnamed('S3', version, `the pods of ${version} are removed`, seen, truth);
  const isQuietNow = quietForMs >= release.timings.drainWindowSeconds * 1000;
  if ((isQuietNow || truth.workloads.inFlightAt(version) <= accepted) && held) return found;
  const message = `the pods of ${version} are removed, of which the last request ended ${quietForMs} ms ago`;
  return [...found, { invariant: 'S3', message, heldAtObservation: held }];
}

/** Requests that a person lets be cut off; -1 when that is on no record. */
function mostAccepted(version: string, { route }: Observation): number {
  const { exceptions = [] } = route?.record ?? {};
  return exceptions.find((one) => one.code === 'accept-loss' && one.version === version)?.count ?? -1;
}

function isQuiet(proxy: ObservedProxy, version: string): boolean {
  if (isProbed(proxy)) return true;
  if (!isRead(proxy)) return false;
  const { [version]: cluster } = proxy.clusters;
  // What nobody asked for is no count of none.
  return !cluster || cluster.activeRequests === 0;
}

function unnamed(invariant: 'S2' | 'S3', version: string, what: string, seen: Observation, truth: Truth): Found[] {
  // What leads to the whole Service leads to its pods, and to no subset.
  const reaches = (subset: string) => subset === version || (invariant === 'S3' && subset === wholeService);
  const naming = truth.proxies.filter(({ served }) =>
    served.some(({ sends }) => sends.some(({ subset }) => reaches(subset))),
  );
  const isNamed = truth.namedElsewhere === version;
  const isUnnamed = !isNamed || seen.namedElsewhere[version]?.length === 0;
  const maySend = (proxy: ObservedProxy) =>
    mayName(proxy, version, seen) || (invariant === 'S3' && isRead(proxy) && mayLeadToAll(proxy));
  const held = isUnnamed && !seen.proxies.some(maySend);
  if (naming.length === 0 && !isNamed && held) return [];
  const who =
    naming.length > 0 ? `${names(naming)} routes to it` : 'no proxy routes to it, and the driver could not know';
  return [{ invariant, message: `${what}: ${who}`, heldAtObservation: held }];
}

function mayName(proxy: ObservedProxy, version: string, { route }: Observation): boolean {
  if (!isProbed(proxy)) return !isRead(proxy) || proxy.namedVersions.includes(version);
  if (!route || namedBy(route.split, route.headerVersions).includes(version)) return true;
  return Object.values(proxy.markers).some((marker) => marker !== route.marker);
}

const names = (proxies: readonly Proxy[]) => proxies.map((proxy) => proxy.name).join(', ');
