/** Asks for the end of a pod as `kubectl drain` and the cluster's autoscaler do: a PodDisruptionBudget may say no. */
import { run } from './command';

export async function evict(namespace: string, name: string): Promise<'evicted' | 'refused'> {
  const body = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } });
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  return run('kubectl', ['create', '--raw', path, '--filename', '-'], { input: body }).then(
    () => 'evicted',
    (error: unknown) => {
      if (String(error).includes('disruption budget')) return 'refused';
      throw error;
    },
  );
}

export async function mustEvict(namespace: string, name: string): Promise<void> {
  if ((await evict(namespace, name)) === 'refused') throw new Error(`expected that ${name} may go, found it protected`);
}
