/**
 * The invariants S1–S4, asked once more of each write just before it is made, in words of their own and not in those of the
 * rules: a mistake in a rule then ends a release instead of losing requests. The printed plan is checked the same way.
 */
import { drainWindowSeconds, weightOf } from '../../model';
import type { Action } from './action';
import type { Violation } from './decision';
import { podsNeeded } from './capacity';
import { isProbed, isRead, type Observation, type Proxy } from './observation';
import { seesGateway } from './proxy-checks';
import type { Question } from './decide';

/** What the write would break; undefined when it is safe. */
export function violationOf(action: Action, question: Question): Violation | undefined {
  switch (action.kind) {
    case 'write-route':
      return risingVersions(action, question.seen)
        .map((version) => breaksS1(version, action, question.seen) ?? breaksS4(version, action, question))
        .find((broken) => broken !== undefined);
    case 'write-subsets':
      return (question.seen.subsets?.versions ?? [])
        .filter((version) => !action.versions.includes(version))
        .map((version) => breaksS2(version, question.seen))
        .find((broken) => broken !== undefined);
    case 'remove-version':
      return breaksS2(action.version, question.seen) ?? breaksS3(action.version, question);
    case 'restore':
      return lostSubset(action, question.seen);
    case 'add-version':
    case 'write-record':
    case 'set-minimum':
    case 'disown':
      return undefined;
  }
}

/** What it names has stayed, or the route would lose requests that it does not lose now. */
function lostSubset({ what }: Action & { kind: 'restore' }, { state, subsets }: Observation): Violation | undefined {
  if (what !== 'route') return undefined;
  const { split = {}, headerVersions = [] } = state?.kept.route ?? {};
  const named = [...Object.keys(split).filter((version) => weightOf(split, version) > 0), ...headerVersions];
  const version = named.find((each) => !subsets?.versions.includes(each));
  return version === undefined ? undefined : { invariant: 'S1', code: 'not-ready-at', version, proxy: undefined };
}

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

function risingVersions(action: RouteWrite, { route }: Observation): string[] {
  const rising = Object.keys(action.split).filter(
    (version) => weightOf(action.split, version) > weightOf(route?.split ?? {}, version),
  );
  const newHeaders = action.headerVersions.filter((version) => !route?.headerVersions.includes(version));
  const changed = action.changes ? (route?.change?.names ?? []) : [];
  return [...rising, ...newHeaders, ...changed.filter((version) => !route?.otherVersions.includes(version))];
}

function breaksS1(version: string, { record }: RouteWrite, seen: Observation): Violation | undefined {
  // The way back, to a version that every proxy with a route already sends to.
  const isKept = record?.mode === 'abort' && weightOf(seen.route?.split ?? {}, version) > 0;
  const unready = seen.proxies.find((proxy) => !sendsTo(proxy, version) && !(isKept && 'unreadable' in proxy));
  if (seesGateway(seen) && !unready) return undefined;
  return { invariant: 'S1', code: 'not-ready-at', version, proxy: unready?.name };
}

function sendsTo(proxy: Proxy, version: string): boolean {
  if (isProbed(proxy)) return proxy.answers[version] === 'answered';
  return isRead(proxy) && proxy.clusters[version]?.state === 'active' && proxy.clusters[version].healthyEndpoints >= 1;
}

function breaksS4(version: string, action: RouteWrite, { release, seen }: Question): Violation | undefined {
  const record = action.record ?? seen.route?.record;
  if (!record) return { invariant: 'S4', code: 'no-release', version };
  const needed = podsNeeded(version, weightOf(action.split, version), { release, record, seen });
  const available = seen.workloads[version]?.available ?? 0;
  return available >= needed ? undefined : { invariant: 'S4', code: 'few-pods', version, available, needed };
}

function breaksS2(version: string, seen: Observation): Violation | undefined {
  const isMirrored = seen.route?.otherVersions.includes(version);
  if (isMirrored || weightOf(seen.route?.split ?? {}, version) > 0) return { invariant: 'S2', code: 'routed', version };
  const naming = seen.proxies.find((proxy) => mayRouteTo(proxy, version, seen));
  if (seesGateway(seen) && !naming) return undefined;
  return { invariant: 'S2', code: 'may-be-routed-at', version, proxy: naming?.name };
}

/** A probed gateway tells the name of its route, not what is in it: only the route as it was written last is known. */
function mayRouteTo(proxy: Proxy, version: string, { route }: Observation): boolean {
  if (isRead(proxy)) return proxy.namedVersions.includes(version);
  if (!isProbed(proxy) || !route) return true;
  const isBehind = Object.values(proxy.markers).some((marker) => marker !== route.marker);
  return isBehind || route.headerVersions.includes(version) || route.probes.includes(version);
}

function breaksS3(version: string, { release, seen, memory }: Question): Violation | undefined {
  if (seen.workloads[version]?.isGone) return undefined; // it has no pods to remove any more
  const since = memory.quietSinceMs[version];
  const windowMs = drainWindowSeconds(release) * 1000;
  if (since === undefined || seen.atMs - since < windowMs)
    return { invariant: 'S3', code: 'not-idle', version, windowMs };
  const lastConnectedMs = memory.connections.settledSinceMs[version] ?? Infinity;
  if (seen.atMs - lastConnectedMs >= release.timings.connectTimeoutSeconds * 1000) return undefined;
  return { invariant: 'S3', code: 'connecting', version };
}
