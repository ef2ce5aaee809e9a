/**
 * What istiod makes of a VirtualService for one listener of one proxy: a route of each match. It leaves out those of other gateways,
 * ports and clients, and all that comes behind a catch-all. The driver's own code reads it.
 */
import { fieldsOf, listOf, specOf, type Fields } from '../../../manifests';
import { hostsAt, serviceHost, type Manifest, type ProxyKind, type Release } from '../../../model';
import { namedVersions, proxyRoutes } from '../mesh/envoy-routes';
import type { ProxyRoute } from '../observation';

/** Where a VirtualService takes effect. */
export interface Place {
  readonly kind: ProxyKind;
  /** By which of the gateways in the VirtualService requests come; a sidecar's is `mesh`. */
  readonly gateway: string;
  readonly port: number;
  /** Of the pod that sends. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Configured {
  /** As the driver understands them. */
  readonly routes: readonly ProxyRoute[];
  readonly namedVersions: readonly string[];
  /** By the name of a route in the VirtualService, the subsets to which it sends here; '' is the whole Service. */
  readonly sends: readonly { readonly name: string; readonly subsets: readonly string[] }[];
}

/** `shadow`: the version to which another VirtualService sends everything, before ours. */
export function configuredAt(place: Place, object: Manifest, release: Release, shadow?: string): Configured {
  const own = routesAt(place, listOf(specOf(object).http));
  const foreign = shadow === undefined ? [] : [everythingTo(shadow, release)];
  const routes = [...foreign, ...own.map((route) => envoyRoute(route, release))];
  const domains = [...hostsAt(release, place.kind)];
  const answer = JSON.stringify({ configs: [{ route_config: { virtual_hosts: [{ domains, routes }] } }] });
  return {
    routes: proxyRoutes(release, place.kind, answer),
    namedVersions: namedVersions(release, answer),
    // Nobody's request but the driver's own goes by a route for probes.
    sends: own.filter(isForUsers).map((route) => {
      const own = carrying(route).filter(({ host }) => isOwn(host, release));
      return { name: String(route.name), subsets: own.map(({ subset }) => subset) };
    }),
  };
}

function isOwn(host: string, { namespace, name }: Release): boolean {
  return host === name || host === serviceHost(name, namespace);
}

function isForUsers({ name }: Fields): boolean {
  return !String(name).startsWith('handover-probe');
}

/** One of each match that is for this place, up to the first that takes everything. */
function routesAt(place: Place, http: readonly Fields[]): Fields[] {
  const all = http.flatMap((route) => {
    const matches = listOf(route.match);
    return matches.length === 0 ? [{ ...route, match: {} }] : matches.map((match) => ({ ...route, match }));
  });
  const here = all.filter(({ match }) => isFor(place, fieldsOf(match)));
  const last = here.findIndex(({ match }) => takesEverything(fieldsOf(match)));
  return last < 0 ? here : here.slice(0, last + 1);
}

function isFor({ gateway, port, labels }: Place, match: Fields): boolean {
  const gateways = match.gateways as readonly string[] | undefined;
  const source = Object.entries(fieldsOf(match.sourceLabels));
  return (
    (gateways?.includes(gateway) ?? true) &&
    (match.port === undefined || match.port === port) &&
    source.every(([key, value]) => labels[key] === value)
  );
}

function takesEverything({ uri, headers }: Fields): boolean {
  return headers === undefined && (uri === undefined || fieldsOf(uri).prefix === '/');
}

function envoyRoute(route: Fields, release: Release): Fields {
  const { namespace, name } = release;
  const { uri, headers, name: matchName } = fieldsOf(route.match);
  const names = [route.name, matchName] as readonly (string | undefined)[];
  return {
    name: names.filter((each) => each !== undefined).join('.'),
    match: { prefix: fieldsOf(uri).prefix ?? '/', ...(headers !== undefined && { headers: [headers] }) },
    metadata: from(`namespaces/${namespace}/virtual-service/${name}`),
    ...('route' in route && { route: actionOf(carrying(route), release) }),
  };
}

function actionOf(targets: readonly Target[], release: Release): Fields {
  const [only, another] = targets;
  if (only && !another) return { cluster: clusterOf(only, release) };
  const clusters = targets.map((target) => ({ name: clusterOf(target, release), weight: target.weight }));
  return { weighted_clusters: { clusters } };
}

function everythingTo(subset: string, release: Release): Fields {
  const route = { cluster: clusterOf({ host: release.name, subset, weight: 100 }, release) };
  return { name: 'old', match: { prefix: '/' }, metadata: from('namespaces/team/virtual-service/old'), route };
}

function from(path: string): Fields {
  return { filter_metadata: { istio: { config: `/apis/networking.istio.io/v1/${path}` } } };
}

interface Target {
  readonly host: string;
  readonly subset: string;
  readonly weight: number;
}

/** Istio leaves out a destination of weight 0, unless it is the only one. */
function carrying({ route }: Fields): Target[] {
  const entries = listOf(route);
  return entries
    .map(({ destination, weight }) => {
      const { host, subset = '' } = fieldsOf(destination);
      return { host: String(host), subset: String(subset), weight: Number(weight ?? 0) };
    })
    .filter(({ weight }) => entries.length === 1 || weight > 0);
}

/** A name without a dot is a Service of the object's own namespace. */
function clusterOf({ host, subset }: Target, { namespace, ports }: Release): string {
  const fullHost = host.includes('.') ? host : serviceHost(host, namespace);
  return `outbound|${ports[0] ?? 80}|${subset}|${fullHost}`;
}
