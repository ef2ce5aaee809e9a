/** A release looks at the proxies of one cluster: others behind the same mesh are refused before the first write. */
import { Refusal } from '../../model';
import type { Cluster } from './cluster';
import type { Check } from './preflight';
import type { Order } from './stages';

interface OfTheMesh {
  readonly checks: readonly Check[];
  /** What cannot be told is said, and refuses nothing. */
  readonly warnings: readonly string[];
}

export const wayToOneCluster =
  'release where the mesh is of one cluster; when the others have left this one, delete their Secrets in the namespace of istiod';

/** An abort and a promotion are not held up: the release is under way already. Absent where a mesh is no more than a model. */
export async function checkClusters(cluster: Cluster, order: Order): Promise<OfTheMesh> {
  const others = order.kind === 'resume' ? undefined : await cluster.otherClusters?.();
  if (!others) return { checks: [], warnings: [] };
  const { found, untold } = others;
  const warning = `whether other clusters share this mesh cannot be told (${untold}): their proxies would follow a release unseen`;
  return {
    checks: [{ title: 'the mesh is of this cluster alone', problem: severalClusters(found) }],
    warnings: untold === undefined ? [] : [warning],
  };
}

function severalClusters(found: readonly string[]): Refusal | undefined {
  if (found.length === 0) return undefined;
  const expected = 'a mesh of one cluster, as the proxies of others cannot be asked';
  return new Refusal('several-clusters', expected, `istiod knows others: ${found.join('; ')}`, wayToOneCluster);
}
