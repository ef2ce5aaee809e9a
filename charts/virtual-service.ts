/** The routes that the release file says: chosen users first, then everyone else by weight. */
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
  ownGateway,
  serviceHost,
  splitOf,
  splitRoute,
  subsetName,
  versionNames,
  type Release,
  type Split,
} from '../model';
import { objectMeta } from './manifest';

export interface WeightedVirtualServiceProps {
  readonly release: Release;
}

export class WeightedVirtualService extends VirtualService {
  constructor(scope: Construct, id: string, { release }: WeightedVirtualServiceProps) {
    super(scope, id, rendering(release));
  }
}

/** Istio takes the first route that matches, so the one without a condition comes last. */
function rendering(release: Release): VirtualServiceProps {
  const listed = versionNames(release);
  const destinations = destinationsOf(release, splitOf(release.split));
  return {
    metadata: { annotations: annotationsOf(release), ...objectMeta(release, release.name) },
    spec: {
      ...hostsAndGateways(release),
      http: [
        ...release.headerRoutes.map((route, index) =>
          headerRoute(release, route, index, listed.includes(route.version) ? undefined : destinations),
        ),
        { name: splitRoute, route: destinations, retries: retriesOf(release) },
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
  const gateways = release.gateways.map((gateway) => (gateway === ownGateway ? release.name : gateway));
  if (!release.mesh) return { hosts: [...release.hosts], gateways };
  return { hosts: [...new Set([...release.hosts, ...hostsAt(release, 'sidecar')])], gateways };
}

/** While its version is not listed, such a route has the destinations of the split: it is never added or removed. */
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
