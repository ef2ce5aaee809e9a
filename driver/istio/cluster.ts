/** The port between the driver and a cluster. Two adapters: kubernetes/ and simulation/. */
import type { NamespacedName } from '../core/namespaced-name';
import type { Grade, Release, Manifest } from '../../model';
import type { Lock } from '../core/lock';
import type { Outcome } from '../core/outcome';
import type { Action } from './action';
import type { Announcement } from './announcement';
import type { OtherClusters } from './mesh/other-clusters';
import type { Note } from './notes';
import type { Observation, ObservedState } from './observation';
import type { OperatorRequest, ReleaseRecord } from './record';

export interface Look {
  /** How proxies are asked; not at all when what they have is assumed, or of no interest. */
  readonly evidence: Grade;
  /** Versions whose own pods are asked for their requests in flight; each answer costs a request per pod. */
  readonly inFlightOf: readonly string[];
  /** Gateways tell how many requests they have sent, too. */
  readonly tallies?: boolean;
}

/** What the API server has, and nothing of the proxies. */
export const objectsAlone: Look = { evidence: 'assumed', inFlightOf: [] };

export interface Cluster extends Lock {
  /** One look. Never throws for a proxy or pod that cannot be asked: the observation says so. */
  observe(release: Release, look: Look): Promise<Observation>;
  /** One write, conditioned on what `seen` holds. */
  perform(release: Release, action: Action, seen: Observation): Promise<Outcome>;
  /** Writes a note into the state, if that is as `seen` has it. */
  keepState(release: Release, note: Note, seen: Observation): Promise<Outcome>;
  /** What outlives a release of this service. */
  stateOf(service: NamespacedName): Promise<ObservedState>;
  /** Who is known to the API server, as far as that can be told from here. */
  readonly user?: string;
  /** What istiod last said that this proxy refused; undefined when that is nothing, or cannot be known. */
  explain(proxy: string): Promise<string | undefined>;
  /** The objects that handover writes, as they are; absent where objects are no more than a model. */
  live?(release: Release): Promise<readonly Manifest[]>;
  /** Why the API server would refuse what is missing of a version; absent where objects are no more than a model. */
  refusedObjects?(version: string): Promise<readonly string[]>;
  /** Whether what the release file adopts can be a version; absent where objects are no more than a model. */
  adoption?(release: Release): Promise<{ readonly problems: readonly string[]; readonly warnings: readonly string[] }>;
  /** This object as it is; undefined when there is none. Absent where objects are no more than a model. Throws a Refusal. */
  find?(manifest: Manifest): Promise<Manifest | undefined>;
  /** What the API server would make of a manifest today, by its webhooks; undefined when it cannot be told. */
  asStored?(manifest: Manifest): Promise<Manifest | undefined>;
  /** What a Service of this name would lose by the first install; undefined when that is nothing, or may not be looked at. */
  lostByInstalling?(release: Release): Promise<string | undefined>;
  /** Which other clusters share its mesh, as istiod says it; absent where a mesh is no more than a model. */
  otherClusters?(): Promise<OtherClusters>;
  /** A Kubernetes Event about the release; absent where nobody would see it. */
  announce?(service: NamespacedName, announcement: Announcement): Promise<void>;
  /** What is on record of a release of this service; undefined when none is under way. */
  recordOf(service: NamespacedName): Promise<ReleaseRecord | undefined>;
  /** Leaves a request to the driver that holds the lock. */
  leaveRequest(release: Release, request: OperatorRequest): Promise<void>;
}

/** The same cluster, looked at in another way. */
export function observedBy(cluster: Cluster, observe: Cluster['observe']): Cluster {
  return {
    observe,
    user: cluster.user,
    perform: (release, action, seen) => cluster.perform(release, action, seen),
    keepState: (release, note, seen) => cluster.keepState(release, note, seen),
    stateOf: (service) => cluster.stateOf(service),
    explain: (proxy) => cluster.explain(proxy),
    recordOf: (service) => cluster.recordOf(service),
    leaveRequest: (release, request) => cluster.leaveRequest(release, request),
    lock: (service, holder, ttlSeconds) => cluster.lock(service, holder, ttlSeconds),
    unlock: (service, holder) => cluster.unlock(service, holder),
    ...(cluster.live && { live: cluster.live.bind(cluster) }),
    ...(cluster.refusedObjects && { refusedObjects: cluster.refusedObjects.bind(cluster) }),
    ...(cluster.adoption && { adoption: cluster.adoption.bind(cluster) }),
    ...(cluster.lostByInstalling && { lostByInstalling: cluster.lostByInstalling.bind(cluster) }),
    ...(cluster.otherClusters && { otherClusters: cluster.otherClusters.bind(cluster) }),
    ...(cluster.find && { find: cluster.find.bind(cluster) }),
    ...(cluster.announce && { announce: cluster.announce.bind(cluster) }),
    ...(cluster.asStored && { asStored: cluster.asStored.bind(cluster) }),
  };
}
