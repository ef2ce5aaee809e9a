/** The port between a rolling update and a cluster. Its adapter is kubernetes/; tests have one in memory. */
import type { Lock } from '../core/lock';
import type { NamespacedName } from '../core/namespaced-name';
import type { Outcome } from '../core/outcome';
import type { Observation } from './observation';
import type { UpdateRecord } from './record';
import type { Wanted } from './wanted';

export interface RollingCluster extends Lock {
  observe(wanted: Wanted): Promise<Observation>;
  /** Makes one object as synth writes it, if it still is as it was seen. */
  write(wanted: Wanted, object: string, seen: Observation): Promise<Written>;
  /** Gives the Deployment the template of one of its ReplicaSets again, if it still is as it was seen. */
  returnTo(service: NamespacedName, replicaSet: string, seen: Observation): Promise<Outcome>;
  /** The EndpointSlice that bridges a change of port names, for the pods that are ready now. */
  bridge(wanted: Wanted, act: 'raise' | 'remove', seen: Observation): Promise<Outcome>;
  /** Puts on record what the next driver has to know, if nobody else has written it since. */
  record(service: NamespacedName, record: UpdateRecord, seen: Observation): Promise<Outcome>;
}

/** The essence is that of the object as the API server stored it: only so somebody's change of it is told from the write. */
export type Written = { readonly outcome: 'conflict' } | { readonly outcome: 'written'; readonly essence: string };
