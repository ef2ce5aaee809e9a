/**
 * One look at the cluster, as plain data. Everything that decide() knows is in here; nothing in here was assumed.
 * "Cannot tell" has its own spelling in each place, and never counts as yes.
 */
import { hostsAt, type Grade, type ProxyKind, type Release, type Split } from '../../model';
import type { ReleaseRecord, OperatorRequest } from './record';
import type { RouteContent } from './route-content';
import type { State } from './state';

export interface Observation {
  /** When the look began, by this driver's clock: nothing in it is older. Whatever must be young counts from here. */
  readonly atMs: number;
  /** When it ended: nothing in it is younger. Quiet counts from here, or a look longer than a window would fulfil it by itself. */
  readonly endedMs: number;
  /** The API server's clock as last heard in this look, in whole seconds: the one clock that all drivers have in common. */
  readonly serverMs: number;
  /** The VirtualService; undefined when there is none. */
  readonly route: ObservedRoute | undefined;
  /** The DestinationRule; undefined when there is none. */
  readonly subsets: ObservedSubsets | undefined;
  /** Every version that has a Deployment, listed in the release file or not. */
  readonly workloads: Readonly<Record<string, Workload>>;
  /** By what the proxies below are known. */
  readonly evidence: Grade;
  /** Every Running pod that serves the route: gateways, and with the mesh among them the sidecars that know the Service. */
  readonly proxies: readonly Proxy[];
  /** Those that a person has left out, and that show nothing of the route: they are in no other list. */
  readonly leftOut?: readonly Proxy[];
  /**
   * Requests that a version's own pods report to have in hand, ending pods included; 'unknown' when a pod could not be
   * asked. Versions that were not asked about are absent.
   */
  readonly inFlight: Readonly<Record<string, InFlight>>;
  /**
   * Other VirtualServices that name a version, as NAMESPACE/NAME: their proxies may be asked by nobody. Versions that were not
   * asked about are absent, as above.
   */
  readonly namedElsewhere: Readonly<Record<string, readonly string[]>>;
  /** Of subsets that a proxy has and the DestinationRule has not. */
  readonly subsetsElsewhere?: SubsetsElsewhere;
  /** What outlives the record; absent when there is nothing of it. */
  readonly state?: ObservedState;
}

/** By version, the other DestinationRules that have its subset, as NAMESPACE/NAME; 'unknown' without the right to list them. */
export type SubsetsElsewhere = Readonly<Record<string, readonly string[] | 'unknown'>>;

/** 'proxies only': the release file says that nobody counts at the pods. */
export type InFlight = number | 'unknown' | 'proxies only';

export interface ObservedState extends State {
  /** The condition of the next write; undefined when there is no such ConfigMap. */
  readonly resourceVersion: string | undefined;
  /** What would be put back of the two objects, should somebody delete them. */
  readonly kept: { readonly route?: ObservedRoute; readonly subsets?: ObservedSubsets };
  /** Why it could not be read; then the rest says nothing. */
  readonly unreadable?: string;
}

export const noState: ObservedState = { resourceVersion: undefined, history: [], kept: {} };

export interface ObservedRoute extends RouteContent {
  /** The condition of the next write (invariant S5). */
  readonly resourceVersion: string;
  /** Sidecars follow it, too. */
  readonly mesh: boolean;
  /** No gateway follows it: the service is not published, and sidecars are evidence enough. */
  readonly isMeshAlone?: boolean;
  /** The name of the split route at rest; '' when it has none then. */
  readonly base: string;
  /** Versions that header routes are pinned to, whether they send there now or follow the split. */
  readonly pinnedVersions: readonly string[];
  /** Versions that are named by what no edit touches, such as a mirror: they get requests whatever the split says. */
  readonly otherVersions: readonly string[];
  /** Of the spec as it is: another one than the record has means that somebody else changed it, whatever its marker. */
  readonly digest: string;
  /** The API server counts the changes of the spec by it: who changes it and changes it back leaves the digest as it was. */
  readonly generation?: number | undefined;
  /** Our entry is among the managers of its fields: the owner's next server-side apply would need force. */
  readonly isOwned: boolean;
  /** Its routes lead to the whole Service, and the one version there is adopted: absent when they name subsets. */
  readonly whole?: WholeRoute;
  /** Why its split cannot be told, or not be edited; absent when it can. */
  readonly unsupported?: string;
  /** What the manifests have otherwise; absent when that is nothing, or when they are not known. */
  readonly change?: RouteChange;
  /** What handover wrote beside the route: absent when no release is under way. */
  readonly record: ReleaseRecord | undefined;
  readonly request: OperatorRequest | undefined;
  /** Who changed the object last, as the API server names them. */
  readonly changedBy: string;
}

/** How routes that name no subset become those of the manifests; `change` is absent where no manifests are known. */
export interface WholeRoute {
  readonly change?: RouteChange;
  /** What the manifests have otherwise beside subsets and names of routes, each as a line: absent when that is nothing. */
  readonly beyond?: readonly string[];
}

/** A change of the routes that no release makes, only an apply. */
export interface RouteChange {
  /** Each as a line: what is expected, and what is live. */
  readonly fields: readonly string[];
  /** Versions that the changed routes name in what no edit touches, such as a mirror. */
  readonly names: readonly string[];
  /** The name of the split route at rest, as the manifests have it. */
  readonly base: string;
}

/** Any of its routes, also one for probes alone. */
export function routeNames(route: ObservedRoute, version: string): boolean {
  const { split, headerVersions, probes, otherVersions } = route;
  return (split[version] ?? 0) > 0 || [headerVersions, probes, otherVersions].some((all) => all.includes(version));
}

export interface ObservedSubsets {
  readonly resourceVersion: string;
  /** As for the route. */
  readonly digest: string;
  /** The note of the release that wrote it last, with the digest of what it wrote; undefined when none did. */
  readonly written: WrittenNote | undefined;
  readonly changedBy: string;
  /** As for the route; or that note is still there. */
  readonly isOwned: boolean;
  readonly versions: readonly string[];
  /**
   * By version whose subset chooses pods by no other label than pod-template-hash: that hash, or '' where it chooses all pods of the
   * Service. Absent where objects are no more than a model.
   */
  readonly chosenBy?: Readonly<Record<string, string>>;
  /** As for the route: of the traffic policy, each as a line. */
  readonly change?: readonly string[];
}

export interface WrittenNote {
  /** The id of the release. */
  readonly release: string;
  readonly digest: string;
  /** Since then handover has put back what somebody took away, so that it wrote last. */
  readonly isRestored: boolean;
}

export interface Workload {
  readonly image: string;
  /** Hash of the pod template that handover or synth wrote; '' when the Deployment carries none. */
  readonly contentHash: string;
  /** Pods wanted: the Deployment's replicas, as last set by a person or an autoscaler. */
  readonly desired: number;
  /** As the manifests say; absent when they are not known, or when an autoscaler decides. */
  readonly declaredPods?: number;
  /** Ready for minReadySeconds; 0 while the Deployment's status is older than its spec (invariant S9). */
  readonly available: number;
  /** False while observedGeneration is behind. */
  readonly isCurrent: boolean;
  readonly autoscaler: ObservedAutoscaler | undefined;
  /** Why pods are not ready, when the cluster says: an image that cannot be pulled, a crash, a probe, a quota. */
  readonly trouble: string | undefined;
  /** Some of the version's objects are missing: adding or removing it was cut off, and has to be done again. */
  readonly isPartial?: boolean;
  /** It has no Deployment any more, and these of its pods are still ending. */
  readonly isGone?: boolean;
  readonly pods?: number;
  /** Of an adopted version, while its Deployment is there. */
  readonly rollout?: ObservedRollout;
}

/** How far a Deployment of somebody else is with the rollout of its pod template. */
export interface ObservedRollout {
  readonly deployment: string;
  /** The condition of a write. */
  readonly resourceVersion: string;
  readonly paused: 'no' | 'by handover' | 'by others';
  /** A release has paused it, and has not resumed it: somebody else may have. */
  readonly isNoted: boolean;
  /** Each pod-template-hash of its pods, but for those that are ending. */
  readonly hashes: readonly string[];
  /** Not all of its pods are of one template, or its controller has not seen its spec yet. Also when nobody can tell. */
  readonly isRolling: boolean;
  /** It is paused, and its template is not the one of its pods: it rolls as soon as it is resumed. */
  readonly isPending: boolean;
}

export interface ObservedAutoscaler {
  readonly minimum: number;
  readonly maximum: number;
  /** The minimum that the manifests give it; absent when they are not known. */
  readonly declared?: number;
}

export type Proxy = SeenProxy | UnreadableProxy | AssumedProxy;
export type SeenProxy = ReadProxy | ProbedProxy;

/** Serving, but it could not be asked: nothing may rest on what it might have (invariant S9). */
export interface UnreadableProxy {
  readonly name: string;
  readonly kind: ProxyKind;
  readonly unreadable: string;
}

/** Nobody asks it: it counts as up to date after this time (see assumed-evidence.ts). */
export interface AssumedProxy {
  readonly name: string;
  readonly kind: ProxyKind;
  readonly assumedInSeconds: number;
}

export interface ReadProxy {
  readonly name: string;
  readonly kind: ProxyKind;
  /** Of the route's hosts, those for which requests are let in here; absent: all. */
  readonly hosts?: readonly string[];
  /** By version; a version without an entry has no cluster in this proxy. */
  readonly clusters: Readonly<Record<string, ProxyCluster>>;
  /** The weighted routes it has, one for each host and listener. */
  readonly routes: readonly ProxyRoute[];
  /** Versions that any of its routes names, header routes and foreign routes included. */
  readonly namedVersions: readonly string[];
}

/** A gateway that answered the driver's own requests: that tells of its routes and clusters, and counts nothing. */
export interface ProbedProxy {
  readonly name: string;
  readonly kind: 'gateway';
  readonly hosts?: readonly string[];
  /** By host: the name of the route that answered; '' when it was none of a release under way. */
  readonly markers: Readonly<Record<string, string>>;
  /** By version that this gateway has a route for probes to. */
  readonly answers: Readonly<Record<string, ProbeAnswer>>;
  /** Another VirtualService that takes every request of a host before ours. No probe meets it: their routes match more. */
  readonly shadowedBy?: string;
}

/** 'no cluster': Envoy's own 503 without a word. Everything else that is no success is 'failed'. */
export type ProbeAnswer = 'answered' | 'no cluster' | 'failed';

export interface ProxyCluster {
  readonly state: 'active' | 'warming';
  readonly healthyEndpoints: number;
  /** Absent, as the next, when the look did not ask for it: only one that waits for a drain does. */
  readonly activeRequests?: number;
  /** Connections to its pods that the proxy has ever begun: a request that waits for one is not active yet. */
  readonly connectionsBegun?: number;
  /** By endpoint, of a gateway that was asked for it: what it has sent there since it knows the endpoint. */
  readonly sent?: Readonly<Record<string, Sent>>;
}

/** Requests, and those of them that failed: by a 5xx, by a reset, or for want of a connection. */
export interface Sent {
  readonly requests: number;
  readonly errors: number;
}

export interface ProxyRoute {
  readonly host: string;
  /** '' when it has none of ours for the host. */
  readonly marker: string;
  readonly split: Split;
  /** Another VirtualService's route that takes every request of the host before ours: its name, for people. */
  readonly shadowedBy?: string;
}

/** Undefined when the look did not ask. A proxy without the cluster has no request to it. */
export function requestsAt({ clusters }: ReadProxy, version: string): number | undefined {
  const cluster = clusters[version];
  return cluster ? cluster.activeRequests : 0;
}

/** For which hosts it is to have the route: a Gateway may let in requests for a part of them. */
export function hostsOf(release: Release, { kind, hosts }: Pick<SeenProxy, 'kind' | 'hosts'>): readonly string[] {
  return hosts ?? hostsAt(release, kind);
}

export function isSeen(proxy: Proxy): proxy is SeenProxy {
  return isRead(proxy) || isProbed(proxy);
}

export function isProbed(proxy: Proxy): proxy is ProbedProxy {
  return 'answers' in proxy;
}

export function isRead(proxy: Proxy): proxy is ReadProxy {
  return 'clusters' in proxy;
}
