/** Routes, clusters and subsets have the names of subsets, which are DNS labels; everybody else calls versions as the file does. */
import { subsetName, versionNames, type Release } from '../../../model';
import {
  isProbed,
  isRead,
  type Observation,
  type ObservedRoute,
  type ObservedState,
  type ObservedSubsets,
  type Proxy,
} from '../observation';

/** The same observation with the names of the file, or of the labels of what is live, in each place. */
export function withVersionNames(seen: Observation, release: Release): Observation {
  const versions = [...Object.keys(seen.workloads), ...versionNames(release)];
  if (versions.every((version) => subsetName(version) === version)) return seen;
  const names = new Map(versions.map((version) => [subsetName(version), version]));
  const name = (subset: string) => names.get(subset) ?? subset;
  const all = (subsets: readonly string[]) => subsets.map(name);
  const { route, subsets, state, subsetsElsewhere } = seen;
  const routeBy = (each: ObservedRoute) => ({
    ...each,
    split: keysOf(each.split, name),
    headerVersions: all(each.headerVersions),
    pinnedVersions: all(each.pinnedVersions),
    probes: all(each.probes),
    otherVersions: all(each.otherVersions),
    ...(each.change && { change: { ...each.change, names: all(each.change.names) } }),
  });
  const rule = (each: ObservedSubsets) => ({
    ...each,
    versions: all(each.versions),
    ...(each.chosenBy && { chosenBy: keysOf(each.chosenBy, name) }),
  });
  const keptBy = ({ route: keptRoute, subsets: keptRule }: ObservedState['kept']) => ({
    ...(keptRoute && { route: routeBy(keptRoute) }),
    ...(keptRule && { subsets: rule(keptRule) }),
  });
  return {
    ...seen,
    route: route && routeBy(route),
    subsets: subsets && rule(subsets),
    ...(state && { state: { ...state, kept: keptBy(state.kept) } }),
    ...(subsetsElsewhere && { subsetsElsewhere: keysOf(subsetsElsewhere, name) }),
    proxies: seen.proxies.map((proxy) => named(proxy, name)),
  };
}

function named(proxy: Proxy, name: (subset: string) => string): Proxy {
  if (isProbed(proxy)) return { ...proxy, answers: keysOf(proxy.answers, name) };
  if (!isRead(proxy)) return proxy;
  const routes = proxy.routes.map((route) => ({ ...route, split: keysOf(route.split, name) }));
  const namedVersions = proxy.namedVersions.map(name);
  return { ...proxy, routes, namedVersions, clusters: keysOf(proxy.clusters, name) };
}

function keysOf<T>(record: Readonly<Record<string, T>>, name: (key: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [name(key), value]));
}
