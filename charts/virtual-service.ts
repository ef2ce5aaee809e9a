/** The routes of a release at one moment: chosen users first, then everyone else by weight. */
import type { Construct } from 'constructs';
import {
  toJson_VirtualServiceSpec,
  VirtualService,
  type VirtualServiceProps,
  type VirtualServiceSpec,
  type VirtualServiceSpecHttp,
} from '../imports/networking.istio.io';
import {
  formatSplit,
  hostsAt,
  meshGateway,
  probedRouteHeader,
  probeHeader,
  probeValue,
  serviceHost,
  splitOf,
  type Release,
  type Split,
} from '../model';
import { objectMeta, type Manifest } from './manifest';

export interface Routing {
  /** @default the weights of the release file */
  readonly split?: Split;
  /** @default those of the release file */
  readonly headerRoutes?: Release['headerRoutes'];
  /**
   * Becomes the name of Envoy's route, by which the driver recognizes in a proxy what it wrote.
   * @default the split, such as v1-90.v2-10
   */
  readonly routeName?: string;
  /**
   * Routes for requests of the driver alone, by which it recognizes this write where it may not read proxies.
   * @default none
   */
  readonly probes?: Probes;
}

export interface Probes {
  /** What a request must carry: nobody outside the cluster may know it. */
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

export function virtualServiceSpec(release: Release, routing: Routing = {}): VirtualServiceSpec {
  return toJson_VirtualServiceSpec(rendering(release, routing).spec) as VirtualServiceSpec;
}

/** Istio takes the first route that matches, so the one without a condition comes last. */
function rendering(release: Release, routing: Routing): VirtualServiceProps {
  const { split = release.split, headerRoutes = release.headerRoutes, routeName, probes } = routing;
  return {
    metadata: objectMeta(release, release.name),
    spec: {
      ...entrances(release),
      http: [
        ...(probes ? probeRoutes(release, probes, routeName ?? formatSplit(split)) : []),
        ...headerRoutes.map((route, index) => headerRoute(release, route, index)),
        weightedRoute(release, splitOf(split), routeName),
      ],
    },
  };
}

/** The word `mesh` stands for all sidecars; a VirtualService that lists gateways is theirs only when it is among them. */
function entrances(release: Release): Pick<VirtualServiceSpec, 'hosts' | 'gateways'> {
  if (!release.mesh) return { hosts: [...release.hosts], gateways: [release.name] };
  const hosts = new Set([...release.hosts, ...hostsAt(release, 'sidecar')]);
  return { hosts: [...hosts], gateways: [release.name, meshGateway] };
}

/**
 * First of all routes, so that no other takes a probe. Each answer carries the name of the write, also one that Envoy gives
 * itself: an answer without it came by another configuration. The first tells of the route and asks no pod; the others reach
 * a pod of their version, or Envoy's 503 when it has no cluster for it. Not for sidecars, through which nobody can probe.
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

function headerRoute(
  release: Release,
  { header, exact, version }: Release['headerRoutes'][number],
  index: number,
): VirtualServiceSpecHttp {
  return {
    name: headerRouteName(index, version),
    match: [{ headers: { [header]: { exact } } }],
    route: [destination(release, version, 100)],
    retries: retriesOf(release),
  };
}

/** Numbered, as one version may be reached by several headers. */
export function headerRouteName(index: number, version: string): string {
  return `header-${index + 1}.${version}`;
}

function weightedRoute(release: Release, split: Split, routeName = formatSplit(split)): VirtualServiceSpecHttp {
  return {
    name: routeName,
    // No destination of weight 0: a version without traffic is not referenced at all, so its subset may go.
    route: Object.entries(split).map(([version, weight]) => destination(release, version, weight)),
    retries: retriesOf(release),
  };
}

function destination(release: Release, subset: string, weight: number) {
  const host = serviceHost(release.name, release.namespace);
  return { destination: { host, subset, port: { number: release.port } }, weight };
}

/** `attempts: 0` has to be written: without retries Istio sends a request up to three times. */
function retriesOf({ retries }: Release): VirtualServiceSpecHttp['retries'] {
  return (
    retries && {
      attempts: retries.attempts,
      perTryTimeout: retries.perTryTimeoutSeconds === undefined ? undefined : `${retries.perTryTimeoutSeconds}s`,
      retryOn: retries.retryOn?.join(','),
    }
  );
}
