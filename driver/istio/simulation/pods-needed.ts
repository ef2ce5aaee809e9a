/** S4 in the words of the judge: pods for what a write gives a version. It shares no code with capacity.ts, by which the driver counts. */
import { adoptedIn, leastPods, type Release, type Split } from '../../../model';
import type { Action } from '../action';
import { isRead, type Observation, type ReadProxy } from '../observation';
import type { Truth } from './violation';

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

/** What is known of the pods of a version: by a look, or in truth. */
export interface Counted {
  readonly desired: number;
  readonly declaredPods?: number | undefined;
  readonly hasNoPod: boolean;
  /** No proxy can send to it: each has no cluster in use for it, or no endpoint in that. */
  readonly isNowhere: boolean;
}

export type Count = (version: string) => Counted | undefined;

export const countedBy =
  ({ workloads, proxies }: Observation): Count =>
  (version) => {
    const workload = workloads[version];
    const isNowhere = proxies.length > 0 && proxies.every((proxy) => isRead(proxy) && !canSend(proxy, version));
    return workload && { ...workload, hasNoPod: workload.isCurrent && workload.available === 0, isNowhere };
  };

function canSend({ clusters }: ReadProxy, version: string): boolean {
  const { state, healthyEndpoints = 0 } = clusters[version] ?? {};
  return state === 'active' && healthyEndpoints > 0;
}

export const countedIn =
  ({ workloads, proxies }: Pick<Truth, 'proxies' | 'workloads'>): Count =>
  (version) => {
    const deployment = workloads.deployments.get(version);
    const isNowhere = proxies.every(({ clusters }) => {
      const cluster = clusters.get(version);
      return cluster?.state !== 'active' || cluster.endpoints.pods.length === 0;
    });
    return deployment && { ...deployment, hasNoPod: workloads.availableOf(version) === 0, isNowhere };
  };

interface Load {
  readonly release: Release;
  readonly action: RouteWrite;
  readonly seen: Observation;
  readonly count: Count;
  readonly loadPods: number;
}

/** Of routes to the whole Service nobody knows what a version carries, unless it is alone there. */
export function carriedSplit({ changes }: RouteWrite, { route, workloads }: Observation): Split {
  const isShared = Object.values(workloads).filter(({ isGone }) => !isGone).length > 1;
  return route?.whole && changes && isShared ? {} : (route?.split ?? {});
}

/** At least one: a route to a version without pods answers 503. */
export function podsNeeded(version: string, load: Load): number {
  const { action, seen } = load;
  const before = carriedSplit(action, seen)[version] ?? 0;
  const weight = (action.split[version] ?? 0) - exemptShare(load);
  return weight > before ? Math.max(1, Math.ceil((weight * podsForAll(version, load)) / 100)) : 1;
}

function podsForAll(version: string, load: Load): number {
  const { release, count, loadPods } = load;
  const listed = release.versions.find(({ name }) => name === version);
  const { desired = 1, declaredPods } = count(version) ?? {};
  if (!listed) return podsUnlisted(version, { desired, declaredPods }, load);
  const { autoscaling } = release;
  // No manifest tells of it: what carried the traffic when the release began is what it needs.
  if (adoptedIn(release, version)) return podsByHand(version, isStable(version, load) ? Infinity : desired, load);
  if (autoscaling) return Math.min(autoscaling.maxReplicas, Math.max(leastPods(release, listed), loadPods));
  // Of the Deployment that there is: the file may have been edited since, and nothing then gives it more pods.
  return podsByHand(version, declaredPods ?? listed.replicas, load);
}

/** A file that was written at drained lists the stable version no more, and an abort may return to it all the same. */
function podsUnlisted(
  version: string,
  { desired, declaredPods }: Pick<Counted, 'desired' | 'declaredPods'>,
  load: Load,
): number {
  return isStable(version, load) ? podsByHand(version, declaredPods ?? desired, load) : desired;
}

function isStable(version: string, { action, seen }: Load): boolean {
  return version === (action.record ?? seen.route?.record)?.stable;
}

/** Of versions that nobody scales but a person: the stable one is what it was, another is in proportion to it. */
function podsByHand(version: string, own: number, { action, seen, count }: Load): number {
  const record = action.record ?? seen.route?.record;
  if (!record) return own;
  const carrier = count(record.stable);
  const isCarrying = (seen.route?.split[record.stable] ?? 0) > 0;
  if (version === record.stable)
    return Math.max(Math.min(own, record.podsForAll), isCarrying ? (carrier?.desired ?? 0) : 0);
  return Math.ceil(own * (isCarrying ? timesOwn(carrier) : 1));
}

/** Somebody made more of the version that carries the traffic than its manifest says: the load is as many times more. */
function timesOwn(carrier: Counted | undefined): number {
  return Math.max(1, carrier?.declaredPods ? carrier.desired / carrier.declaredPods : 1);
}

/** What a sick version loses was served badly by it, or by nobody. */
function exemptShare({ action, seen, count }: Load): number {
  const { record } = action;
  const failed = record?.cause?.code === 'analysis-failed' || record?.cause?.code === 'no-available-pod';
  const isAbort = record?.mode === 'abort';
  const isSick = (version: string) => {
    const { hasNoPod = true, isNowhere = true } = count(version) ?? {};
    return hasNoPod || (isAbort && ((failed && version === record.canary) || (isNowhere && !seen.route?.whole)));
  };
  const sick = Object.entries(seen.route?.split ?? {}).filter(([version]) => isSick(version));
  return sick.reduce((sum, [version, weight]) => sum + Math.max(0, weight - (action.split[version] ?? 0)), 0);
}
