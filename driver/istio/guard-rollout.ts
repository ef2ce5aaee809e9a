/** The guard's own questions about an adopted Deployment, whose pods a subset chooses by their template. Shares nothing with rules/. */
import type { Action, Choice } from './action';
import type { Violation } from './decision';
import type { Observation, ObservedRoute, Proxy } from './observation';

type RouteWrite = Extract<Action, { kind: 'write-route' }>;

/**
 * Its pods would get requests as soon as they are ready, whatever the weights: where routes lead to the whole Service, or where the
 * subset that they name chooses all of it, or may do so at a proxy.
 */
export function besideAdopted(version: string, seen: Observation, proxies: readonly Proxy[]): Violation | undefined {
  const { route, workloads } = seen;
  if (route?.whole) return { invariant: 'S1', code: 'whole-service', version };
  const adopted = Object.keys(workloads).find((one) => one !== version && workloads[one]?.rollout);
  if (adopted === undefined || !route || !isNamed(adopted, route)) return undefined;
  const isAlone = isChosenAlone(seen.subsets?.chosenBy?.[adopted], route, proxies);
  return isAlone ? undefined : { invariant: 'S1', code: 'chooses-all', version: adopted, beside: version };
}

/**
 * Named beside another version, it would get requests by a subset that chooses the pods of both. An abort may: it returns all traffic
 * first. Where routes lead to the whole Service, requests reach both already.
 */
export function namesBeside(version: string, { record }: RouteWrite, seen: Observation): Violation | undefined {
  const { route, workloads, subsets } = seen;
  const { rollout } = workloads[version] ?? {};
  if (!rollout || !route || route.whole || isNamed(version, route) || record?.mode === 'abort') return undefined;
  const beside = Object.keys(workloads).find((other) => other !== version && !workloads[other]?.isGone);
  if (beside === undefined || subsets?.chosenBy?.[version] !== '') return undefined;
  return { invariant: 'S1', code: 'chooses-all', version, beside };
}

function isChosenAlone(hash: string | undefined, route: ObservedRoute, proxies: readonly Proxy[]): boolean {
  return hash !== '' && route.record?.chosen?.hash === hash && !proxies.some((each) => isBehind(each, route));
}

/** A hash is of no use that its next pod will not have, or that a part of its pods has not. */
export function choosesRolling(choice: Choice | undefined, { workloads }: Observation): Violation | undefined {
  if (!choice || choice.hash === '') return undefined;
  const { version, hash } = choice;
  const { isRolling = true, paused = 'no', hashes = [] } = workloads[version]?.rollout ?? {};
  return !isRolling && paused !== 'no' && hashes.includes(hash) ? undefined : rolling(version);
}

export function pausesWrongly(
  { version, isPaused }: Extract<Action, { kind: 'set-paused' }>,
  seen: Observation,
  proxies: readonly Proxy[],
): Violation | undefined {
  const { rollout } = seen.workloads[version] ?? {};
  // What is paused half way stays so.
  if (isPaused) return rollout?.isRolling === false ? undefined : rolling(version);
  // Without a pod there is none that a rollout could end.
  return rollout?.hashes.length === 0 ? undefined : mayStillChoose(version, seen, proxies);
}

function rolling(version: string): Violation {
  return { invariant: 'S1', code: 'rolling', version };
}

/** Its next pods would be in no subset that a proxy has, as long as one chooses by the template of those that run. */
function mayStillChoose(version: string, seen: Observation, proxies: readonly Proxy[]): Violation | undefined {
  const { route, subsets } = seen;
  const early = { invariant: 'S1', code: 'chosen-by-template', version } as const;
  const isChosen = subsets?.versions.includes(version) && subsets.chosenBy?.[version] !== '';
  if (!route || isChosen || (isNamed(version, route) && route.record?.chosen?.hash !== ''))
    return { ...early, proxy: undefined };
  const mayStill = (proxy: Proxy) => (isNamed(version, route) ? isBehind(proxy, route) : mayName(proxy, version));
  const found = proxies.find(mayStill);
  return found && { ...early, proxy: found.name };
}

/** Routes to the whole Service name no subset, whoever gets all that they send. */
function isNamed(version: string, { split, headerVersions, otherVersions, whole }: ObservedRoute): boolean {
  if (whole) return false;
  return (split[version] ?? 0) > 0 || [...headerVersions, ...otherVersions].includes(version);
}

function mayName(proxy: Proxy, version: string): boolean {
  return !('namedVersions' in proxy) || proxy.namedVersions.includes(version);
}

/** It has not shown the last write: what was written before that may not have come either. */
function isBehind(proxy: Proxy, { marker }: ObservedRoute): boolean {
  if ('routes' in proxy) return proxy.routes.length === 0 || proxy.routes.some((route) => route.marker !== marker);
  return !('markers' in proxy) || Object.values(proxy.markers).some((shown) => shown !== marker);
}
