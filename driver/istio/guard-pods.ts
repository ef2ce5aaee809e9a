/** The guard's own count of pods (S4). It shares nothing with capacity.ts, by which the rules count. */
import type { Action } from './action';
import type { Observation, Workload } from './observation';

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

/** Pods for the weight that this write gives the version. Never none: a route to a version without pods answers 503. */
export function podsToCarry(version: string, seen: Observation, { split, record }: RouteWrite): number {
  const recorded = (record ?? seen.route?.record)?.podsForAll ?? Infinity;
  const all = Math.min(recorded, ...boundsOfLoad(seen), mostPods(version, seen));
  const weight = (split[version] ?? 0) - exemptShare({ split, record }, seen);
  // No more than its pods carry now, but for what a sick version served badly.
  if (weight <= carriedNow(version, seen)) return 1;
  return Math.max(1, Math.ceil((weight * all) / 100));
}

/** Of routes to the whole Service nobody knows what a version carries, unless it is alone there. */
function carriedNow(version: string, { route, workloads }: Observation): number {
  const isShared = Object.entries(workloads).some(([other, { isGone }]) => other !== version && !isGone);
  return route?.whole && isShared ? 0 : (route?.split[version] ?? 0);
}

/** 0 while a status is older than its spec: then nobody can tell (S9). */
export function availableOf(workload: Workload | undefined): number {
  return workload?.isCurrent ? workload.available : 0;
}

/** A version with this many pods carries this share, so the whole traffic needs no more than they would be for all of it. */
function boundsOfLoad(seen: Observation): number[] {
  const healthy = carriers(seen).filter(({ workload }) => availableOf(workload) > 0);
  return healthy.map(({ workload, weight }) => ((workload?.desired ?? 0) * 100) / weight);
}

/**
 * What leaves a version without pods, and in an abort one of which a measurement has failed, or to which no proxy can send: whoever takes
 * it over serves nobody worse.
 */
function exemptShare({ split, record }: Pick<RouteWrite, 'split' | 'record'>, seen: Observation): number {
  const isAbort = record?.mode === 'abort';
  const hasFailed = isAbort && /^(analysis-failed|no-available-pod)$/.test(record.cause?.code ?? '');
  const sick = carriers(seen).filter(
    ({ version, workload }) =>
      workload === undefined ||
      hasNoPod(workload) ||
      (hasFailed && version === record.canary) ||
      (isAbort && isNowhere(version, seen)),
  );
  return sick.reduce((sum, { version, weight }) => sum + Math.max(0, weight - (split[version] ?? 0)), 0);
}

/** Every proxy was read, and none has an endpoint of it in a cluster that is in use. */
function isNowhere(version: string, { route, proxies }: Observation): boolean {
  if (route?.whole || proxies.length === 0) return false;
  return proxies.every((proxy) => {
    if (!('clusters' in proxy)) return false;
    const { [version]: cluster } = proxy.clusters;
    return !cluster || cluster.state === 'warming' || cluster.healthyEndpoints < 1;
  });
}

function hasNoPod({ isCurrent, available }: Workload): boolean {
  return isCurrent && available === 0;
}

/** A scaler's limit, or what the manifests say. When a person has scaled by hand what carries the traffic, as many times more. */
function mostPods(version: string, seen: Observation): number {
  const { autoscaler, desired = 0, declaredPods = 0 } = seen.workloads[version] ?? {};
  if (autoscaler) return autoscaler.maximum;
  return Math.max(
    desired,
    declaredPods * Math.max(1, ...carriers(seen).map(({ workload }) => timesDeclared(workload))),
  );
}

function timesDeclared(workload: Workload | undefined): number {
  return workload?.declaredPods ? workload.desired / workload.declaredPods : 1;
}

function carriers({ route, workloads }: Observation) {
  const shares = Object.entries(route?.split ?? {}).filter(([, weight]) => weight > 0);
  return shares.map(([version, weight]) => ({ version, weight, workload: workloads[version] }));
}
