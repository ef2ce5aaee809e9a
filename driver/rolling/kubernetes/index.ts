/** The adapter to a real cluster. */
import { realClock, type Clock } from '../../core/clock';
import type { LockResult } from '../../core/lock';
import type { NamespacedName } from '../../core/namespaced-name';
import type { Outcome } from '../../core/outcome';
import { Api } from '../../kubernetes/api';
import type { ConnectionOptions } from '../../kubernetes/connection';
import { giveLockBack, takeLock } from '../../kubernetes/lease';
import { refusing } from '../../kubernetes/refusals';
import { ResourcePaths } from '../../kubernetes/resources';
import type { RollingCluster, Written } from '../cluster';
import type { Observation } from '../observation';
import type { UpdateRecord } from '../record';
import type { Wanted } from '../wanted';
import { raiseBridge, removeBridge } from './bridge';
import { Changes } from './changes';
import { bridgeParts, observe } from './observe';
import { writeRecord } from './record';
import { returnToReplicaSet, writeObject } from './write';

/** Throws a Refusal when there is no cluster to connect to. Nothing is asked of it yet. */
export async function connectRolling(options: ConnectionOptions): Promise<RollingCluster> {
  // Whoever brings a cluster of one's own has no use for the client's hundreds of files.
  const { openConnection } = await import('../../kubernetes/connection');
  const connection = openConnection(options);
  return new KubernetesRollingCluster(new Api(connection), realClock, (work) => refusing(connection, work));
}

type Refusing = <T>(work: () => Promise<T>) => Promise<T>;

export class KubernetesRollingCluster implements RollingCluster {
  private readonly paths: ResourcePaths;
  private readonly changes = new Map<string, Changes>();

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
    /** Turns what the API server refuses into a Refusal. */
    private readonly refusing: Refusing,
  ) {
    this.paths = new ResourcePaths(api);
  }

  observe(wanted: Wanted): Promise<Observation> {
    const { api, paths, clock } = this;
    const eyes = { api, paths, changes: this.changesOf(wanted.release), monotonicMs: () => clock.monotonicMs() };
    return this.refusing(() => observe(eyes, wanted));
  }

  write(wanted: Wanted, object: string, seen: Observation): Promise<Written> {
    return this.refusing(() => writeObject({ api: this.api, paths: this.paths }, wanted, object, seen));
  }

  returnTo(service: NamespacedName, replicaSet: string, seen: Observation): Promise<Outcome> {
    return this.refusing(() => returnToReplicaSet(this.api, service, replicaSet, seen));
  }

  bridge(wanted: Wanted, act: 'raise' | 'remove', { bridge }: Observation): Promise<Outcome> {
    const { api } = this;
    return this.refusing(async () => {
      if (act === 'remove') return removeBridge(api, wanted.release, bridge);
      return raiseBridge(api, await bridgeParts(api, wanted), bridge);
    });
  }

  record(service: NamespacedName, record: UpdateRecord, seen: Observation): Promise<Outcome> {
    return this.refusing(() => writeRecord(this.api, service, record, seen.record));
  }

  lock(service: NamespacedName, holder: string, ttlSeconds: number): Promise<LockResult> {
    return this.refusing(() => takeLock(this.api, this.clock, service, holder, ttlSeconds));
  }

  unlock(service: NamespacedName, holder: string): Promise<void> {
    return this.refusing(() => giveLockBack(this.api, this.clock, service, holder));
  }

  private changesOf({ namespace, name }: NamespacedName): Changes {
    const key = `${namespace}/${name}`;
    const known = this.changes.get(key) ?? new Changes(this.api, name);
    this.changes.set(key, known);
    return known;
  }
}
