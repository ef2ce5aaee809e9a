/** From what Envoy's admin port says of routes to the weighted routes of one release. */
import * as z from 'zod';
import { hostsAt, serviceHost, type ProxyKind, type Release, type Split } from '../../../model';
import type { ProxyRoute } from '../observation';
import { parsedOnce } from './parsed-once';

const weightedCluster = z.object({ name: z.string(), weight: z.int().default(0) });

const route = z.object({
  name: z.string().default(''),
  match: z
    .looseObject({ prefix: z.string().optional(), safe_regex: z.object({ regex: z.string() }).optional() })
    .default({}),
  metadata: z
    .object({ filter_metadata: z.object({ istio: z.object({ config: z.string().optional() }).optional() }).optional() })
    .optional(),
  route: z
    .object({
      cluster: z.string().optional(),
      weighted_clusters: z.object({ clusters: z.array(weightedCluster).default([]) }).optional(),
    })
    .optional(),
});

const routeDump = z.object({
  configs: z
    .array(
      z.object({
        route_config: z.object({
          virtual_hosts: z
            .array(z.object({ domains: z.array(z.string()).default([]), routes: z.array(route).default([]) }))
            .default([]),
        }),
      }),
    )
    .default([]),
});

type Route = z.output<typeof route>;

const configsIn = parsedOnce((answer) => routeDump.parse(JSON.parse(answer)).configs);

/**
 * For each host and listener its split routes: Istio makes one of each match, and leaves out those of other gateways. istiod
 * appends the routes of all VirtualServices of a host, the oldest first: behind a foreign catch-all ours are there, and get no
 * request. `admitted`: the hosts for which requests are let in here; those of the route beside them count as long as it has ours.
 */
export function proxyRoutes(
  release: Release,
  kind: ProxyKind,
  answer: string,
  admitted = hostsAt(release, kind),
): ProxyRoute[] {
  const isOurs = ownRoutes(release);
  return configsIn(answer).flatMap(({ route_config: config }) =>
    config.virtual_hosts.flatMap(({ domains, routes }) => {
      const found = splitRoutesIn(release, routes.filter(isOurs));
      const all = [...admitted, ...(found.length > 0 ? hostsAt(release, kind) : [])];
      const hosts = [...new Set(all)].filter((host) => domains.includes(host));
      const shadow = shadowIn(routes, isOurs);
      const own = found.length > 0 || !shadow ? found : [{ marker: '', split: {} }];
      return hosts.flatMap((host) => own.map((each) => ({ host, ...each, ...shadow })));
    }),
  );
}

/** The first foreign catch-all, unless it comes behind all of ours. Where none of ours is, it takes everything, too. */
function shadowIn(
  routes: readonly Route[],
  isOurs: (route: Route) => boolean,
): Pick<ProxyRoute, 'shadowedBy'> | undefined {
  const isForeign = (route: Route) => !isOurs(route) && isCatchAll(route) && sourceOf(route) !== undefined;
  const place = routes.findIndex(isForeign);
  const [foreign, last] = [routes[place], routes.findLastIndex(isOurs)];
  if (!foreign || (last >= 0 && last < place)) return undefined;
  return { shadowedBy: nameOf(foreign) };
}

/** Equal ones once. By the marker of the first split route: a write gives the same one to all of them. */
function splitRoutesIn(release: Release, own: readonly Route[]): Omit<ProxyRoute, 'host'>[] {
  const named = own.flatMap((route) => {
    const marker = markerIn(release.splitRoutes, route.name);
    return marker === undefined ? [] : [{ marker, split: weightsOf(release, route) }];
  });
  // By none of the names: then the one for everybody is somebody else's write, or an older one.
  const other = own.find(isCatchAll);
  const found = named.length > 0 || !other ? named : [{ marker: other.name, split: weightsOf(release, other) }];
  return [...new Map(found.map((route) => [JSON.stringify(route), route])).values()];
}

/** `NAME`, or during a release `NAME@MARKER`; Istio appends `.MATCH` when the match has a name. */
function markerIn(splitRoutes: readonly string[], name: string): string | undefined {
  const [first = ''] = splitRoutes;
  for (const base of splitRoutes) {
    const found = name.startsWith(base) ? /^(@[^@.]+\.\d+)?(\..*)?$/s.exec(name.slice(base.length)) : null;
    if (found) return `${first}${found[1] ?? ''}`;
  }
  return undefined;
}

function ownRoutes({ namespace, name }: Release): (route: Route) => boolean {
  return (route) => sourceOf(route) === `virtual-service ${namespace}/${name}`;
}

/** Istio writes the path of the object that a route comes from into its metadata; into a route of its own, none. */
function sourceOf({ metadata }: Route): string | undefined {
  const { config = '' } = metadata?.filter_metadata?.istio ?? {};
  const [, namespace, kind, name] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(config) ?? [];
  return name === undefined ? undefined : `${kind} ${namespace}/${name}`;
}

/** For people: such as `virtual-service shop/other (route old)`. */
function nameOf(route: Route): string {
  return `${sourceOf(route)}${route.name === '' ? '' : ` (route ${route.name})`}`;
}

/** As Istio writes it of a route without match, or somebody to say the same. */
function isCatchAll({ match }: Route): boolean {
  if ('headers' in match || 'query_parameters' in match) return false;
  return match.prefix === '/' || everything.includes(match.safe_regex?.regex ?? '');
}

const everything = ['.*', '/.*', '^/.*$', '^.*$'];

/** A single destination has no weights; Istio leaves out those of weight 0. */
function weightsOf(release: Release, { route: action }: Route): Split {
  const version = versionIn(release);
  if (action?.cluster !== undefined) return { [version(action.cluster)]: 100 };
  const weighted = action?.weighted_clusters?.clusters ?? [];
  return Object.fromEntries(weighted.map(({ name, weight }) => [version(name), weight]));
}

/** A cluster that is not a subset of the service keeps its whole name, which equals no version. */
function versionIn(release: Release): (cluster: string) => string {
  const host = serviceHost(release.name, release.namespace);
  return (cluster) => {
    const [, , subset, clusterHost] = cluster.split('|');
    return clusterHost === host && subset ? subset : cluster;
  };
}

/** What a virtual host has to mention to be of interest: every answer about routes may lack those that mention none. */
export function wordsOf(release: Release, kind: ProxyKind): string[] {
  return [...new Set([serviceHost(release.name, release.namespace), ...hostsAt(release, kind)])];
}

/** Whether it knows the Service: as a host of its own, or as a destination. */
export function mentionsService({ name, namespace }: Release, answer: string): boolean {
  const host = serviceHost(name, namespace);
  return answer.includes(`"${host}"`) || answer.includes(`|${host}"`);
}

/**
 * Every version whose cluster is named anywhere in the routes, as a destination or a mirror, by this VirtualService or
 * another. Found in the text itself, so that a field that nobody here knows of cannot hide one.
 */
export function namedVersions(release: Release, answer: string): string[] {
  const host = serviceHost(release.name, release.namespace).replaceAll('.', '\\.');
  const names = answer.matchAll(new RegExp(`"outbound\\|\\d+\\|([^|"]+)\\|${host}"`, 'g'));
  return [...new Set([...names].map((match) => match[1] ?? ''))].sort();
}
