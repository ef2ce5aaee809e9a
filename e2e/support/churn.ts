/** Unrelated Services and VirtualServices, created and deleted in a loop: what makes istiod slow to push. */
import type { Manifest } from './manifests';
import { Kubectl } from './kubectl';

const count = 150;

/** Returns how to stop it, which tells how many objects it created. Bounded by the scenario, which always stops it. */
export function churn(namespace: string): () => Promise<number> {
  const kubectl = new Kubectl(namespace);
  let isStopped = false;
  let created = 0;
  const loop = (async () => {
    for (let round = 0; !isStopped && round < 20; round += 1) {
      await kubectl.apply(objects(namespace, round), '--server-side');
      created += 2 * count;
      await kubectl.run('delete', 'service,virtualservice', '--selector', 'churn=yes', '--wait=false');
    }
  })();
  loop.catch(() => {}); // reported to whoever stops it
  return async () => {
    isStopped = true;
    await loop;
    return created;
  };
}

function objects(namespace: string, round: number): Manifest[] {
  return Array.from({ length: count }, (_, index) => `churn-${round}-${index}`).flatMap((name) => {
    const metadata = { name, namespace, labels: { churn: 'yes' } };
    const spec = { selector: { app: name }, ports: [{ name: 'http', port: 80 }] };
    const route = { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] };
    return [
      { apiVersion: 'v1', kind: 'Service', metadata, spec },
      { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata, spec: route },
    ];
  });
}
