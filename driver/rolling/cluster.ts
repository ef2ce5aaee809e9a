/** The port between a rolling update and a cluster. Its adapter is kubernetes/; tests have one in memory. */
import type { Lock } from '../core/lock';
import type { NamespacedName } from '../core/namespaced-name';
import type { Outcome } from '../core/outcome';
import type { Observation } from './observation';
import type { Wanted } from './wanted';

export interface RollingCluster extends Lock {
  observe(wanted: Wanted): Promise<Observation>;
  /** Makes one object as synth writes it, if it still is as it was seen. */
  write(wanted: Wanted, object: string, seen: Observation): Promise<Outcome>;
  /** Gives the Deployment the template of one of its ReplicaSets again, if it still is as it was seen. */
  returnTo(service: NamespacedName, replicaSet: string, seen: Observation): Promise<Outcome>;
}
