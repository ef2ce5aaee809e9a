/** The port's adapter to a real cluster: objects by this folder, proxies by mesh/, the API itself by driver/kubernetes. */
import type { Manifest } from '../../../charts';
import { realClock } from '../../core/clock';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Release } from '../../../model';
import type { Action } from '../action';
import type { Cluster, Look } from '../cluster';
import type { LockResult } from '../../core/lock';
import type { Outcome } from '../../core/outcome';
import type { Observation } from '../observation';
import type { OperatorRequest } from '../record';
import { Api } from '../../kubernetes/api';
import { askPodThrough, askProxyThrough } from '../mesh/ask';
import { openConnection, type Connection, type ConnectionOptions } from '../../kubernetes/connection';
import { explainProxy } from '../mesh/rejections';
import { giveLockBack, takeLock } from '../../kubernetes/lease';
import { liveObjects } from './live';
import { observe } from './observe';
import { PodHttp } from '../../kubernetes/pod-http';
import { sendProbe } from '../mesh/probe-request';
import { refusing } from '../../kubernetes/refusals';
import { Tunnel } from '../../kubernetes/tunnel';
import { leaveRequest, writeRecord, writeRoute } from './write-route';
import { addVersion, removeVersion, setMinimum, writeSubsets } from './write-version';

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
// eslint-disable-next-line @typescript-eslint/require-await -- the port allows adapters that have to wait
export async function connect(options: ConnectionOptions): Promise<KubernetesCluster> {
  return new KubernetesCluster(openConnection(options));
}

export class KubernetesCluster implements Cluster {
  private readonly api: Api;
  private readonly pods: PodHttp;

  constructor(private readonly connection: Connection) {
    this.api = new Api(connection);
    this.pods = new PodHttp((address, port) => Tunnel.open(connection, address, port));
  }

  observe(release: Release, look: Look): Promise<Observation> {
    const { api, connection, pods } = this;
    const eyes = {
      api,
      askProxy: askProxyThrough(connection, pods),
      askPod: askPodThrough(pods),
      sendProbe,
      nowMs: () => realClock.nowMs(),
    };
    return this.refusing(() => observe(eyes, release, look));
  }

  perform(release: Release, action: Action, seen: Observation): Promise<Outcome> {
    return this.refusing(() => this.write(release, action, seen));
  }

  live(release: Release): Promise<Manifest[]> {
    return this.refusing(() => liveObjects(this.api, release));
  }

  leaveRequest(release: Release, request: OperatorRequest): Promise<void> {
    return this.refusing(() => leaveRequest(this.api, release, request));
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

  /** A kept tunnel would keep the process alive, too. */
  close(): void {
    this.pods.close();
    this.connection.close();
  }

  private write(release: Release, action: Action, seen: Observation): Promise<Outcome> {
    const { api } = this;
    switch (action.kind) {
      case 'add-version':
        return addVersion(api, release, action.version);
      case 'write-subsets':
        return writeSubsets(api, release, action.versions, seen);
      case 'write-route':
        return writeRoute(api, release, action, seen);
      case 'write-record':
        return writeRecord(api, release, action.record, seen);
      case 'set-minimum':
        return setMinimum(api, release, action.version, action.pods, seen);
      case 'remove-version':
        return removeVersion(api, release, action.version, seen);
    }
  }

  private refusing<T>(work: () => Promise<T>): Promise<T> {
    return refusing(this.connection, work);
  }
}
