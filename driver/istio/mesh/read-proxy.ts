/** What one Envoy says that it has, by its admin port. */
import { messageOf, serviceHost, type ProxyKind, type Release } from '../../../model';
import { OtherStatus, type Get } from '../../kubernetes/http-over';
import type { ReadProxy } from '../observation';
import { clusterPaths, clustersThatMention, proxyClusters, type ClusterAnswers } from './envoy-clusters';
import { mentionsService, namedVersions, proxyRoutes, wordsOf } from './envoy-routes';
import { envoyVersion } from './envoy-version';
import type { LivePods } from './live-endpoints';
import type { RouteMemory } from './route-memory';

/** One proxy, and how it is to be asked. */
export interface Reading {
  readonly release: Release;
  readonly kind: ProxyKind;
  /** As istiod knows it. */
  readonly name: string;
  /** The uid of its pod. */
  readonly uid: string;
  readonly routes: RouteMemory;
  /** Also its requests in flight, which an Envoy before 1.38 tells only with those of the whole mesh. */
  readonly counts: boolean;
  readonly livePods: LivePods;
  /** Of the route's hosts, those for which it is to have the route; left out: all. */
  readonly hosts?: readonly string[];
}

/**
 * Undefined for a sidecar that does not serve the route: a Sidecar resource or an export keeps the whole Service away from
 * it. That is told from one that has not got the route yet by what it has instead. Every sidecar that can see a Service
 * has a virtual host for it, with Istio's own route when nobody wrote another; one that has nothing at all of the Service,
 * and has been through its first configuration, sends nothing to it and never waits for it. It is asked anew in each look.
 */
export async function readProxy(get: Get, reading: Reading): Promise<ReadProxy | undefined> {
  const first = await readOnce(get, reading);
  if (reading.kind === 'gateway') return servesOthers(first.proxy) ? undefined : first.proxy;
  if (isAware(first)) return first.proxy;
  await get('/ready').catch((error: unknown) => {
    throw new Error(`its Envoy has no configuration yet: ${messageOf(error)}`);
  });
  // Again: one that started while it was asked must not look like one that never gets any.
  const second = await readOnce(get, reading);
  return isAware(second) ? second.proxy : undefined;
}

interface Read {
  readonly proxy: ReadProxy;
  /** Something of its routes mentions the Service. */
  readonly isKnown: boolean;
}

/** A gateway that lets in requests for none of the hosts, and has nothing of the route: it never gets it. */
function servesOthers({ hosts, routes, namedVersions }: ReadProxy): boolean {
  return hosts?.length === 0 && routes.length === 0 && namedVersions.length === 0;
}

function isAware({ proxy, isKnown }: Read): boolean {
  return isKnown || Object.keys(proxy.clusters).length > 0;
}

/** Admin ports differ by version: one that answers otherwise than expected is named with its own. */
async function readOnce(get: Get, reading: Reading): Promise<Read> {
  let isSilent = false;
  const asked: Get = (path, sieve) =>
    get(path, sieve).catch((error: unknown) => {
      isSilent = !(error instanceof OtherStatus);
      throw error;
    });
  try {
    return await read(asked, reading);
  } catch (error) {
    const version = isSilent ? undefined : await envoyVersion(get);
    throw version === undefined ? error : new Error(`${messageOf(error)} (Envoy ${version})`);
  }
}

/**
 * Routes first: a request that was sent by a route seen here is counted by the answer on clusters, which comes later. The
 * other way round, a route that goes away in between hides the last request that it sent. All of it is asked in one go; where routes
 * took a second question, clusters are asked once more.
 */
async function read(get: Get, reading: Reading): Promise<Read> {
  const { release, kind, name, uid, routes: memory, livePods, hosts: admitted } = reading;
  const asking = memory.read(get, uid, [...wordsOf(release, kind), ...(admitted ?? [])]);
  const [{ text: routes, isLate }, first] = await Promise.all([asking, askClusters(get, reading)]);
  const clusters = isLate ? await askClusters(get, reading) : first;
  const host = serviceHost(release.name, release.namespace);
  const proxy: ReadProxy = {
    name,
    kind,
    ...(admitted && { hosts: admitted }),
    clusters: proxyClusters(host, release.ports, clusters, livePods),
    routes: proxyRoutes(release, kind, routes, admitted),
    namedVersions: namedVersions(release, routes),
  };
  return { proxy, isKnown: mentionsService(release, routes) };
}

async function askClusters(get: Get, { release, counts }: Reading): Promise<ClusterAnswers> {
  const host = serviceHost(release.name, release.namespace);
  const paths = clusterPaths(host, release.ports);
  const [warming, active, atEndpoints] = await Promise.all([
    get(paths.warming),
    get(paths.active),
    counts ? get(paths.hosts, clustersThatMention(host)) : get(paths.endpoints),
  ]);
  return { active, warming, ...(counts ? { hosts: atEndpoints } : { endpoints: atEndpoints }) };
}
