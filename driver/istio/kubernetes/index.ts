/** The port's adapter to a real cluster: what a release by weights reads and writes there. */
import type { ServiceShape } from '../../../manifests';
import { realClock } from '../../core/clock';
import type { NamespacedName } from '../../core/namespaced-name';
import { Refusal, type Release, type Manifest } from '../../../model';
import type { Action } from '../action';
import type { Announcement } from '../announcement';
import type { Cluster, Look } from '../cluster';
import type { LockResult } from '../../core/lock';
import type { Outcome } from '../../core/outcome';
import type { Note } from '../notes';
import type { Observation, ObservedState } from '../observation';
import type { OperatorRequest, ReleaseRecord } from '../record';
import { AnyObjects } from '../../kubernetes/any-object';
import { Api } from '../../kubernetes/api';
import { ResourcePaths } from '../../kubernetes/resources';
import { askPodThrough, askProxyThrough } from '../mesh/ask';
import { openConnection, type Connection, type ConnectionOptions } from '../../kubernetes/connection';
import { otherClusters, type OtherClusters } from '../mesh/other-clusters';
import { RouteMemory } from '../mesh/route-memory';
import { explainProxy } from '../mesh/rejections';
import { giveLockBack, takeLock } from '../../kubernetes/lease';
import { adoptionOf, type Adoption } from './adoption';
import { announce } from './announce';
import { disown } from './disown';
import { lostByInstalling } from './existing-service';
import { liveObjects } from './live';
import { observe } from './observe';
import { PodHttp } from '../../kubernetes/pod-http';
import { sendProbe } from '../mesh/probe-request';
import { refusedObjects } from './refused-objects';
import { refusing } from '../../kubernetes/refusals';
import { Tunnel } from '../../kubernetes/tunnel';
import { Window } from '../../kubernetes/window';
import { whoAmI } from '../../kubernetes/who-am-i';
import { recordOf } from './read-route';
import { keepState, readState, restore } from './state';
import { setPaused } from './rollout';
import { leaveRequest, writeRecord, writeRoute } from './write-route';
import { addVersion, removeVersion, setMinimum, writeSubsets } from './write-version';
import type { Writer } from './writer';

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
// eslint-disable-next-line @typescript-eslint/require-await -- the port allows adapters that have to wait
export async function connect(options: ConnectionOptions, carried?: ServiceShape): Promise<KubernetesCluster> {
  return new KubernetesCluster(openConnection(options), carried);
}

export class KubernetesCluster implements Cluster {
  private readonly api: Api;
  private readonly pods: PodHttp;
  private readonly writer: Writer;
  private reviewed: string | undefined;
  private review: Promise<void> | undefined;
  private readonly routes = new RouteMemory();
  private readonly window = new Window();

  constructor(
    private readonly connection: Connection,
    carried: ServiceShape | undefined,
  ) {
    this.api = new Api(connection);
    const paths = new ResourcePaths(this.api);
    this.writer = { api: this.api, paths, objects: new AnyObjects(this.api, paths), carried };
    this.pods = new PodHttp((address, port) => Tunnel.open(connection, address, port));
  }

  observe(release: Release, look: Look): Promise<Observation> {
    const { writer, connection, pods, routes, window } = this;
    const eyes = {
      ...writer,
      routes,
      window,
      askProxy: askProxyThrough(connection, pods),
      askPod: askPodThrough(pods),
      sendProbe,
      nowMs: () => realClock.monotonicMs(),
    };
    return this.refusing(async () => {
      await (this.review ??= this.askWho());
      return observe(eyes, release, look);
    });
  }

  perform(release: Release, action: Action, seen: Observation): Promise<Outcome> {
    return this.refusing(() => this.write(release, action, seen));
  }

  keepState(release: Release, note: Note, seen: Observation): Promise<Outcome> {
    return this.refusing(() => keepState(this.writer, release, note, seen));
  }

  stateOf(service: NamespacedName): Promise<ObservedState> {
    return this.refusing(() => readState(this.api, service));
  }

  /** Known from the first look on, as the API server says it; else the kubeconfig's word, which says so. */
  get user(): string | undefined {
    const { name } = this.connection.getCurrentUser() ?? {};
    return this.reviewed ?? (name && `${name} of the kubeconfig`);
  }

  live(release: Release): Promise<Manifest[]> {
    return this.refusing(() => liveObjects(this.writer, release));
  }

  recordOf(service: NamespacedName): Promise<ReleaseRecord | undefined> {
    return this.refusing(() => recordOf(this.api, service));
  }

  async lostByInstalling(release: Release): Promise<string | undefined> {
    try {
      return await this.refusing(() => lostByInstalling(this.api, release));
    } catch (error) {
      // No release needs this right.
      if (error instanceof Refusal && error.code === 'forbidden') return undefined;
      throw error;
    }
  }

  refusedObjects(version: string): Promise<string[]> {
    return this.refusing(() => refusedObjects(this.writer, version));
  }

  adoption(release: Release): Promise<Adoption> {
    return this.refusing(() => adoptionOf(this.writer, release));
  }

  find(manifest: Manifest): Promise<Manifest | undefined> {
    return this.refusing(() => this.writer.objects.find(manifest));
  }

  asStored(manifest: Manifest): Promise<Manifest | undefined> {
    return this.refusing(() => this.writer.objects.asStored(manifest));
  }

  announce(service: NamespacedName, announcement: Announcement): Promise<void> {
    return announce(this.api, service, announcement, realClock.nowMs());
  }

  leaveRequest(release: Release, request: OperatorRequest): Promise<void> {
    return this.refusing(() => leaveRequest(this.writer, release, request));
  }

  lock(service: NamespacedName, holder: string, ttlSeconds: number): Promise<LockResult> {
    return this.refusing(() => takeLock(this.api, realClock, service, holder, ttlSeconds));
  }

  unlock(service: NamespacedName, holder: string): Promise<void> {
    return this.refusing(() => giveLockBack(this.api, realClock, service, holder));
  }

  /** What istiod last said that a proxy refused; undefined when that is nothing, or cannot be known. */
  explain(proxy: string): Promise<string | undefined> {
    return explainProxy(this.api, askPodThrough(this.pods), proxy);
  }

  otherClusters(): Promise<OtherClusters> {
    return this.refusing(() => otherClusters(this.api, askPodThrough(this.pods)));
  }

  /** A kept tunnel would keep the process alive, too. */
  close(): void {
    this.pods.close();
    this.connection.close();
  }

  /** A failure is not kept: it may have passed by the next look. */
  private async askWho(): Promise<void> {
    try {
      this.reviewed = await whoAmI(this.api);
    } catch (error) {
      this.review = undefined;
      throw error;
    }
  }

  private write(release: Release, action: Action, seen: Observation): Promise<Outcome> {
    const { writer } = this;
    switch (action.kind) {
      case 'add-version':
        return addVersion(writer, action.version);
      case 'write-subsets':
        return writeSubsets(writer, release, action, seen);
      case 'write-route':
        return writeRoute(writer, release, action, seen);
      case 'write-record':
        return writeRecord(writer, release, action.record, seen);
      case 'set-minimum':
        return setMinimum(writer, release, action.version, action.pods, seen);
      case 'restore':
        return restore(writer, release, action, seen);
      case 'disown':
        return disown(writer, release, action.what, seen);
      case 'set-paused':
        return setPaused(writer, release, action, seen);
      case 'remove-version':
        return removeVersion(writer, release, action.version, seen);
    }
  }

  private refusing<T>(work: () => Promise<T>): Promise<T> {
    return refusing(this.connection, work);
  }
}
