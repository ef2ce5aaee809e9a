/**
 * The invariants, asked of a small world itself and not of what a driver saw. It shares nothing with the rules and nothing with
 * the guard. A look is one instant here, so a driver that decides by what it saw has no excuse.
 */
import { formatSplit } from '../../../model';
import type { Action } from '../../../driver/istio/action';
import type { Looked } from './driver';
import { replicas } from './cluster';
import { isServing, proxyNames, versions, type Proxy, type State, type Version } from './state';

/** In each state: no gateway sends requests where nobody answers them, unless somebody else made it so. */
export function lossIn(state: State): string | undefined {
  for (const proxy of state.proxies.filter(isServing)) {
    for (const version of versions.filter((candidate) => proxyNames(proxy, candidate))) {
      const cluster = proxy.clusters[version];
      const answers = cluster?.state === 'active' && cluster.endpoints > 0 && (state.pods[version]?.available ?? 0) > 0;
      if (!answers && !isByOthers(state, proxy, version)) return `S1: requests to ${version} are lost at a gateway`;
    }
  }
  return undefined;
}

/** Somebody removed its subset or its pods, or sent the traffic there. */
function isByOthers({ acts }: State, { route }: Proxy, version: Version): boolean {
  const byThem = [`somebody removes the subset of ${version}`, 'somebody removes the DestinationRule'];
  const pods = version === 'v1' ? 'somebody scales v1 to zero' : 'all pods of v2 die';
  return route.sentBy === 'somebody' || acts.some((act) => [...byThem, pods].includes(act));
}

/** The step of a gateway that takes subsets: what was on a removed cluster is cut off. */
export function cutOffBetween(before: State, after: State): string | undefined {
  for (const [index, proxy] of before.proxies.entries()) {
    const next = after.proxies[index];
    const lost = versions.find(
      (version) => proxy.clusters[version] && next && !next.clusters[version] && isBusy(proxy, version),
    );
    const isRestart = next?.state === 'starting';
    if (
      lost &&
      !isRestart &&
      !before.acts.some((act) => /removes the (subset|DestinationRule)|edits the weights|applies the file/.test(act))
    )
      return `S2: a gateway drops the cluster of ${lost} with requests on it`;
  }
  return undefined;
}

function isBusy(proxy: Proxy, version: Version): boolean {
  return isServing(proxy) && (proxy.load[version] !== 'none' || proxyNames(proxy, version));
}

/** At each look, of what the driver decided there. */
export function wrongDecision(before: State, { state, decision }: Looked): string | undefined {
  if (decision.kind === 'act') return wrongWrite(decision.action, before) ?? refusedByGuard(state);
  return state.driver.is === 'ended' ? wrongEnding(before, state) : undefined;
}

/** The rules never ask for what the guard refuses: it is there for mistakes that nobody knows. */
function refusedByGuard({ driver }: State): string | undefined {
  return driver.is === 'ended' ? `guard: it refuses what the rules decided (${driver.code})` : undefined;
}

function wrongWrite(action: Action, world: State): string | undefined {
  switch (action.kind) {
    case 'write-route':
      return overwrites(world) ?? routesTooEarly(action, world);
    case 'write-record':
      return overwrites(world);
    case 'write-subsets':
      return subsetGoesTooEarly(action.versions, world);
    case 'remove-version':
      return podsGoTooEarly(action.version as Version, world);
    case 'restore':
      return action.what === 'route' ? restoredTooEarly(world) : undefined;
    case 'add-version':
    case 'set-minimum':
    case 'disown':
    case 'set-paused':
      return undefined;
  }
}

function overwrites({ route }: State): string | undefined {
  if (route?.changedBy !== 'somebody' || !route.record) return undefined;
  return 'S5: the driver writes over what somebody else wrote in the middle of the release';
}

function routesTooEarly({ split, record }: Extract<Action, { kind: 'write-route' }>, world: State): string | undefined {
  const rising = versions.filter((version) => (split[version] ?? 0) > (world.route?.split[version] ?? 0));
  for (const version of rising) {
    const needed = Math.max(1, Math.ceil(((split[version] ?? 0) * replicas) / 100));
    const carriedByNobody = versions.some((other) => isDead(world, other) && (world.route?.split[other] ?? 0) > 0);
    const available = world.pods[version]?.available ?? 0;
    if (available < (carriedByNobody ? 1 : needed))
      return `S4: ${version} gets ${split[version]} % with ${available} pods`;
    const isWayBack = record?.mode === 'abort' && (world.route?.split[version] ?? 0) > 0;
    const lacking = world.proxies.find((proxy) => {
      if (proxy.state !== 'serving') return !isWayBack;
      const cluster = proxy.clusters[version];
      return cluster?.state !== 'active' || cluster.endpoints === 0;
    });
    if (lacking) return `S1: the route names ${version}, which a gateway lacks or cannot show`;
  }
  return undefined;
}

/** What it names has its subset, and its cluster at each gateway that can be read. */
function restoredTooEarly({ kept, rule, proxies }: State): string | undefined {
  const named = versions.filter((version) => (kept.kept.route?.split[version] ?? 0) > 0);
  const hasAll = (version: Version) =>
    rule?.subsets.includes(version) &&
    proxies.every((proxy) => proxy.state !== 'serving' || proxy.clusters[version]?.state === 'active');
  const early = named.find((version) => !hasAll(version));
  return early && `S1: the route is put back, and a gateway lacks ${early}`;
}

function isDead({ pods }: State, version: Version): boolean {
  return (pods[version]?.available ?? 0) === 0;
}

function subsetGoesTooEarly(remaining: readonly string[], { rule, route, proxies }: State): string | undefined {
  const going = (rule?.subsets ?? []).filter((version) => !remaining.includes(version));
  const early = going.find(
    (version) => (route?.split[version] ?? 0) > 0 || proxies.some((proxy) => mayRoute(proxy, version)),
  );
  return early && `S2: the subset of ${early} is removed while a gateway may route to it`;
}

/** By its route, or by one that is on its way to it; and whoever cannot be read may do anything. */
function mayRoute(proxy: Proxy, version: Version): boolean {
  const contents = [proxy.route, ...proxy.routesToCome];
  return proxy.state !== 'serving' || contents.some(({ split }) => (split[version] ?? 0) > 0);
}

function podsGoTooEarly(version: Version, { proxies, isQuiet, pods }: State): string | undefined {
  if (pods[version]?.isGone) return undefined;
  if (proxies.some((proxy) => mayRoute(proxy, version)))
    return `S3: the pods of ${version} go while a gateway may route to them`;
  if (proxies.some(({ load }) => load[version] !== 'none')) return `S3: the pods of ${version} go with a request`;
  return isQuiet[version] ? undefined : `S3: the pods of ${version} go before the drain window is over`;
}

function wrongEnding(before: State, { driver, acts }: State): string | undefined {
  if (driver.is !== 'ended' || driver.outcome === 'held' || driver.outcome === 'timed-out') return undefined;
  const expected = driver.outcome === 'completed' ? 'v2-100' : 'v1-100';
  const split = formatSplit(before.route?.split ?? {});
  if (split !== expected) return `S6: ${driver.outcome}, and the route is ${split}`;
  const behind = before.proxies.find(
    ({ state, route }) => state !== 'serving' || formatSplit(route.split) !== expected,
  );
  if (behind) return `S6: ${driver.outcome}, and a gateway routes otherwise or cannot be read`;
  return wrongCause(driver.outcome, acts);
}

const turns = ['an operator asks to abort', 'all pods of v2 die', 'the limit of a wait passes'];

/** Aborted is right only when somebody or something asked for it; completed only when nobody asked to abort. */
function wrongCause(outcome: 'completed' | 'aborted', acts: readonly string[]): string | undefined {
  if (outcome === 'aborted')
    return acts.some((act) => turns.includes(act)) ? undefined : 'S6: aborted, and nobody asked for it';
  return acts.includes('an operator asks to abort')
    ? 'S7: completed, although an operator had asked to abort'
    : undefined;
}
