/** The port between a rolling update and a cluster. Its adapter is kubernetes/; tests have one in memory. */
import type { Lock } from '../core/lock';
import type { Outcome } from '../core/outcome';
import type { Release } from '../../model';
import type { RollingObservation } from './observation';

export interface RollingCluster extends Lock {
  observe(release: Release): Promise<RollingObservation>;
  /** Makes one object as synth writes it, if it still is as it was seen. */
  write(release: Release, object: string, seen: RollingObservation): Promise<Outcome>;
  /** Gives the Deployment the template of one of its ReplicaSets again, if it still is as it was seen. */
  returnTo(release: Release, replicaSet: string, seen: RollingObservation): Promise<Outcome>;
}
