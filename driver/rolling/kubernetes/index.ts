/** The adapter to a real cluster. */
import { realClock } from '../../core/clock';
import type { NamespacedName } from '../../core/namespaced-name';
import type { LockResult } from '../../core/lock';
import type { Outcome } from '../../core/outcome';
import { Api } from '../../kubernetes/api';
import { openConnection, type Connection, type ConnectionOptions } from '../../kubernetes/connection';
import { giveLockBack, takeLock } from '../../kubernetes/lease';
import { refusing } from '../../kubernetes/refusals';
import type { RollingCluster } from '../cluster';
import type { Observation } from '../observation';
import type { Wanted } from '../wanted';
import { Changes } from './changes';
import { observe } from './observe';
import { hasNamespace } from './observe-objects';
import { returnToReplicaSet, writeObject } from './write';

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
// eslint-disable-next-line @typescript-eslint/require-await -- the port allows adapters that have to wait
export async function connectRolling(options: ConnectionOptions): Promise<RollingCluster> {
  return new KubernetesRollingCluster(openConnection(options));
}

class KubernetesRollingCluster implements RollingCluster {
  private readonly api: Api;
  private readonly changes: Changes;

  constructor(private readonly connection: Connection) {
    this.api = new Api(connection);
    this.changes = new Changes(this.api);
  }

  observe(wanted: Wanted): Promise<Observation> {
    const { api, changes } = this;
    return this.refusing(() => observe({ api, changes, nowMs: () => realClock.nowMs() }, wanted));
  }

  write(wanted: Wanted, object: string, seen: Observation): Promise<Outcome> {
    return this.refusing(() => writeObject(this.api, wanted, object, seen));
  }

  returnTo(service: NamespacedName, replicaSet: string, seen: Observation): Promise<Outcome> {
    return this.refusing(() => returnToReplicaSet(this.api, service, replicaSet, seen));
  }

  lock(service: NamespacedName, holder: string, ttlSeconds: number): Promise<LockResult> {
    return this.refusing(async () => {
      // Nobody can hold a lock where there is no namespace yet; the first write creates it.
      if (!(await hasNamespace(this.api, service))) return { held: true };
      return takeLock(this.api, realClock, service, holder, ttlSeconds);
    });
  }

  unlock(service: NamespacedName, holder: string): Promise<void> {
    return this.refusing(() => giveLockBack(this.api, realClock, service, holder));
  }

  private refusing<T>(work: () => Promise<T>): Promise<T> {
    return refusing(this.connection, work);
  }
}
