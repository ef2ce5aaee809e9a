/** A release file with everything resolved: what charts render and what the driver makes true. */
import { defaultResources, withHighTraffic } from './high-traffic';
import { defaultDrainLimitSeconds } from './drain';
import { bundledGauge, type InFlightSource } from './in-flight';
import { meshGateway, ownGateway, selectorLabels, serviceHost, splitRoute, subsetName, versionedName } from './names';
import type { ReleaseFile, Resources, Timings } from './release-file';
import { defaultGracePeriodSeconds } from './timing';
import { wantedRetirementSeconds } from './retirement';
import { adoptedOf, type Adopted } from './adopt-fields';
import { allTo, splitOf, type Split } from './weight';

/** One immutable build of the service. */
export interface Version {
  readonly name: string;
  /** '' of an adopted one. */
  readonly image: string;
  /** The number of pods; an autoscaler, if there is one, decides instead. */
  readonly replicas: number;
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** Path of its YAML; undefined: it is a pod of the bundled service. */
  readonly workload?: string;
  /** It is a Deployment that ran before; undefined: handover makes its objects. */
  readonly adopted?: Adopted;
}

export interface Release extends Omit<
  ReleaseFile,
  | 'defaults'
  | 'gateways'
  | 'versions'
  | 'weights'
  | 'timings'
  | 'replicas'
  | 'env'
  | 'resources'
  | 'inFlight'
  | 'workload'
  | 'port'
> {
  /** Sidecars follow the route, too. */
  readonly mesh: boolean;
  /** As the file says: own, mesh, or references to Gateways. */
  readonly gateways: readonly string[];
  readonly versions: readonly Version[];
  readonly split: Split;
  readonly timings: Timings;
  readonly inFlight: InFlightSource;
  /** On which the bundled service listens, or as the file says. */
  readonly port: number;
  /** The file says it. */
  readonly isPortStated: boolean;
  /** Ports of the Service that routes use: proxies have a cluster for each of them. */
  readonly ports: readonly number[];
  /** Names of the routes that share the weights, at rest. */
  readonly splitRoutes: readonly string[];
}

const defaultPort = 8080;

/** With two pods one may be lost. A rolling update needs a third, as one is being replaced. */
const defaultReplicas = { istio: 2, 'rolling-update': 3 } as const;

/** Expects a file that kept all rules (see parseRelease). */
export function resolveRelease(file: ReleaseFile): Release {
  const {
    defaults: _,
    gateways,
    versions,
    weights,
    timings,
    replicas,
    env,
    resources,
    workload,
    ...rest
  } = withHighTraffic(file);
  const port = file.port ?? defaultPort;
  const isForeign = Object.values(versions).some((version) => (version.workload ?? workload) !== undefined);
  // Without weights the file lists a single version.
  const [only = ''] = Object.keys(versions);
  return {
    ...rest,
    gateways: gateways ?? [ownGateway],
    mesh: gateways?.includes(meshGateway) ?? false,
    versions: Object.entries(versions).map(([name, version]) => ({
      name,
      image: version.image ?? '',
      replicas: version.replicas ?? replicas ?? defaultReplicas[file.profile],
      env: { ...env, ...version.env },
      resources: version.resources ?? resources ?? defaultResources,
      ...((version.workload ?? workload) !== undefined && { workload: version.workload ?? workload }),
      ...(version.adopt !== undefined && { adopted: adoptedOf(version.adopt) }),
    })),
    split: splitOf(weights ?? allTo(only)),
    port,
    isPortStated: file.port !== undefined,
    ports: [port],
    splitRoutes: [splitRoute],
    inFlight: file.inFlight ?? (isForeign ? 'sidecar' : bundledGauge(port)),
    timings: {
      ...timings,
      gracePeriodSeconds:
        timings.gracePeriodSeconds ?? defaultGracePeriodSeconds(timings, wantedRetirementSeconds(file)),
      drainLimitSeconds: timings.drainLimitSeconds ?? defaultDrainLimitSeconds(timings),
    },
  };
}

export function versionNames(release: Release): string[] {
  return release.versions.map((version) => version.name);
}

/** Undefined for a version whose objects handover makes, and for one that the file does not list. */
export function adoptedIn({ versions }: Pick<Release, 'versions'>, name: string): Adopted | undefined {
  return versions.find((version) => version.name === name)?.adopted;
}

/** The one that is adopted; undefined: none is. */
export function findAdopted({ versions }: Pick<Release, 'versions'>): (Adopted & Pick<Version, 'name'>) | undefined {
  const [found] = versions.flatMap(({ name, adopted }) => (adopted ? [{ name, ...adopted }] : []));
  return found;
}

export function adoptedVersion(release: Pick<Release, 'versions'>): string | undefined {
  return findAdopted(release)?.name;
}

/** What the file lists once this version has replaced the one before it: an adopted one may be kept. */
export function versionsAtEnd(release: Pick<Release, 'versions'>, canary: string): string[] {
  const isLeft = ({ name, adopted }: Version) => name === canary || adopted?.isKept;
  return release.versions.filter(isLeft).map(({ name }) => name);
}

/**
 * The subset of a version, as synth writes it. That of an adopted one chooses all pods of the Service: its owner may give its pods
 * other labels at any time, and it is alone there but for the time of a release (docs/decisions/0021-rollouts-wait.md).
 */
export function subsetOf(release: Pick<Release, 'versions'>, version: string): Subset {
  const name = subsetName(version);
  return adoptedIn(release, version) ? { name } : { name, labels: { [selectorLabels.version]: version } };
}

export interface Subset {
  readonly name: string;
  /** Left out: all pods of the Service. */
  readonly labels?: Record<string, string>;
}

/** Throws a RangeError for a version that the file does not list. */
export function findVersion(release: Release, name: string): Version {
  const found = release.versions.find((version) => version.name === name);
  if (!found) throw new RangeError(`expected one of ${versionNames(release).join(', ')}, found ${name}`);
  return found;
}

/** Whether requests from outside reach it by a gateway. */
export function isPublished({ gateways }: Pick<Release, 'gateways'>): boolean {
  return gateways.some((gateway) => gateway !== meshGateway);
}

/** gateway: where requests enter the mesh. sidecar: where a pod inside the mesh sends them. */
export type ProxyKind = 'gateway' | 'sidecar';

/**
 * The hosts whose route a proxy of this kind holds. A Gateway admits only its own hosts, so a gateway never holds the
 * Service's; a sidecar has the Service's as soon as it can see the Service at all.
 */
export function hostsAt(release: Release, kind: ProxyKind): readonly string[] {
  return kind === 'gateway' ? release.hosts : [serviceHost(release.name, release.namespace)];
}

/** The pods of a version that serve before any autoscaler has acted. */
export function leastPods(release: Release, version: Version): number {
  return release.autoscaling?.minReplicas ?? version.replicas;
}

export function deploymentName(release: Release, version: Version): string {
  return release.profile === 'rolling-update' ? release.name : versionedName(release.name, version.name);
}
