/** What somebody made by kubectl before anybody used handover: pods that listen on 8080, behind a Service. */
import type { Manifest } from '../../../model';

export interface ByHand {
  /** Instead of what the port of the Service has. */
  readonly port?: object;
  /** Besides selector and ports of the Service. */
  readonly spec?: object;
  /** Besides `app` on the pods. */
  readonly labels?: object;
  readonly replicas?: number;
}

export function byHand({ port = {}, spec = {}, labels = {}, replicas = 3 }: ByHand): Manifest[] {
  const metadata = { name: 'demo', namespace: 'demo-ns' };
  const lifecycle = { preStop: { sleep: { seconds: 8 } } };
  const container = { name: 'web', image: 'shop:old', ports: [{ containerPort: 8080 }], lifecycle };
  const pod = { containers: [container], terminationGracePeriodSeconds: 60 };
  const template = { metadata: { labels: { app: 'demo', ...labels } }, spec: pod };
  const ports = [{ name: 'http', port: 8080, targetPort: 8080, ...port }];
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas, selector: { matchLabels: { app: 'demo' } }, template },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'demo' }, ports, ...spec } },
  ];
}
