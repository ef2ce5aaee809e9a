/** The routes of a release at one moment: chosen users first, then everyone else by weight. */
import type { Construct } from 'constructs';
import {
  VirtualService,
  type VirtualServiceProps,
  type VirtualServiceSpec,
  type VirtualServiceSpecHttp,
} from '../imports/networking.istio.io';
import {
  annotations,
  hostsAt,
  meshGateway,
  probedRouteHeader,
  probeHeader,
  probeValue,
  serviceHost,
  splitOf,
  splitRoute,
  subsetName,
  versionNames,
  type Release,
  type Split,
  type Manifest,
} from '../model';
import { objectMeta } from './manifest';

export interface Routing {
  /** @default the weights of the release file */
  readonly split?: Split;
  /**
   * The versions that header routes send to. The routes to other versions follow the split.
   * @default the versions that the release file lists
   */
  readonly present?: readonly string[];
  /**
   * The name of the weighted route, and of the route that Envoy makes of it: the driver recognizes by it in a proxy what
   * it wrote.
   * @default split
   */
  readonly marker?: string;
  /**
   * Routes for requests of the driver alone, by which it recognizes this write where it may not read proxies.
   * @default none
   */
  readonly probes?: Probes;
}

export interface Probes {
  /** A request that carries this key is a probe. Nobody outside the cluster may know it. */
  readonly key: string;
  readonly versions: readonly string[];
}

export interface WeightedVirtualServiceProps extends Routing {
  readonly release: Release;
}

export class WeightedVirtualService extends VirtualService {
  constructor(scope: Construct, id: string, { release, ...routing }: WeightedVirtualServiceProps) {
    super(scope, id, rendering(release, routing));
  }
}

/** The object that synth writes, for the routing of one moment of a release. */
export function virtualServiceManifest(release: Release, routing: Routing = {}): Manifest {
  return VirtualService.manifest(rendering(release, routing)) as Manifest;
}

/** Istio takes the first route that matches, so the one without a condition comes last. */
function rendering(release: Release, routing: Routing): VirtualServiceProps {
  const { split = release.split, present = versionNames(release), marker = splitRoute, probes } = routing;
  const destinations = destinationsOf(release, splitOf(split));
  return {
    metadata: { annotations: annotationsOf(release), ...objectMeta(release, release.name) },
    spec: {
      ...hostsAndGateways(release),
      http: [
        ...(probes ? probeRoutes(release, probes, marker) : []),
        ...release.headerRoutes.map((route, index) =>
          headerRoute(release, route, index, present.includes(route.version) ? undefined : destinations),
        ),
        { name: marker, route: destinations, retries: retriesOf(release) },
      ],
    },
  };
}

/** At rest a split route and one that is pinned may look alike, so it is said which is which. */
function annotationsOf({ headerRoutes }: Release): Record<string, string> {
  const pins = headerRoutes.map(({ version }, index) => `${headerRouteName(index)}=${version}`);
  return {
    ...(pins.length > 0 && { [annotations.pinnedRoutes]: pins.join(',') }),
    [annotations.splitRoutes]: splitRoute,
  };
}

/** `mesh` stands for all sidecars: without it in the list of gateways they do not follow the VirtualService. */
function hostsAndGateways(release: Release): Pick<VirtualServiceSpec, 'hosts' | 'gateways'> {
  if (!release.mesh) return { hosts: [...release.hosts], gateways: [release.name] };
  const hosts = new Set([...release.hosts, ...hostsAt(release, 'sidecar')]);
  return { hosts: [...hosts], gateways: [release.name, meshGateway] };
}

/**
 * These come before all other routes, so that no other takes a probe. Each answer carries the marker of the write, even an
 * answer that Envoy gives by itself: one without it came by another configuration. The first route answers without a pod.
 * Each of the others reaches a pod of its version; without a cluster for that version Envoy answers 503. Sidecars do not
 * get these routes, as nobody can send a probe through one.
 */
function probeRoutes(release: Release, { key, versions }: Probes, marker: string): VirtualServiceSpecHttp[] {
  const match = (value: string) => [{ headers: { [probeHeader]: { exact: value } }, gateways: [release.name] }];
  const response = { set: { [probedRouteHeader]: marker } };
  const own: VirtualServiceSpecHttp = {
    name: probeRouteName,
    match: match(probeValue(key)),
    headers: { response },
    directResponse: { status: 200 },
  };
  const ofVersion = (version: string): VirtualServiceSpecHttp => ({
    name: `${probeRouteName}.${version}`,
    match: match(probeValue(key, version)),
    headers: { request: { remove: [probeHeader] }, response },
    route: [destination(release, version, 100)],
    retries: { attempts: 0 },
  });
  return [own, ...versions.map(ofVersion)];
}

const probeRouteName = 'handover-probe';

/** While its version is not there, such a route has the destinations of the split: it is never added or removed. */
function headerRoute(
  release: Release,
  { header, exact, version }: Release['headerRoutes'][number],
  index: number,
  instead: HttpDestination[] | undefined,
): VirtualServiceSpecHttp {
  return {
    name: headerRouteName(index),
    match: [{ headers: { [header]: { exact } } }],
    route: instead ?? [destination(release, version, 100)],
    retries: retriesOf(release),
  };
}

/** Numbered, as one version may be reached by several headers. */
function headerRouteName(index: number): string {
  return `header-${index + 1}`;
}

/** No destination of weight 0: a version without traffic is not referenced at all, so its subset may go. */
function destinationsOf(release: Release, split: Split): HttpDestination[] {
  return Object.entries(split).map(([version, weight]) => destination(release, version, weight));
}

type HttpDestination = ReturnType<typeof destination>;

function destination(release: Release, version: string, weight: number) {
  const host = serviceHost(release.name, release.namespace);
  return { destination: { host, subset: subsetName(version), port: { number: release.port } }, weight };
}

/** `attempts: 0` has to be written: Istio's default is two retries. */
function retriesOf({ retries }: Release): VirtualServiceSpecHttp['retries'] {
  return (
    retries && {
      attempts: retries.attempts,
      perTryTimeout: retries.perTryTimeoutSeconds === undefined ? undefined : `${retries.perTryTimeoutSeconds}s`,
      retryOn: retries.retryOn?.join(','),
    }
  );
}
