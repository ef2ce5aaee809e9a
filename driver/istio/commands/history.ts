/** The releases of a service that have ended, as the cluster has kept them. */
import type { NamespacedName } from '../../core/namespaced-name';
import type { Cluster } from '../cluster';
import { stateUnreadable } from '../preflight';
import type { PastRelease } from '../state';

/** The newest is last. Throws a Refusal when they cannot be read. */
export async function historyOf(cluster: Cluster, service: NamespacedName): Promise<readonly PastRelease[]> {
  const { history, unreadable } = await cluster.stateOf(service);
  if (unreadable !== undefined) throw stateUnreadable(unreadable);
  return history;
}
