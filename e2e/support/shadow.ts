/** Another service, to which requests are only mirrored: podinfo once more, which counts what it answers. */
import { Kubectl } from './kubectl';

const name = 'shadow';
const metricsPort = 9797;

export async function installShadow(namespace: string): Promise<void> {
  const kubectl = new Kubectl(namespace);
  await kubectl.apply([pod(namespace), service(namespace)]);
  await kubectl.run('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
}

const labels = { app: name, 'sidecar.istio.io/inject': 'false' };

function pod(namespace: string) {
  const container = {
    name,
    image: 'localhost/podinfo:1',
    imagePullPolicy: 'IfNotPresent',
    command: ['./podinfo', '--port=9898', `--port-metrics=${metricsPort}`],
    readinessProbe: { httpGet: { path: '/readyz', port: 9898 } },
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: { containers: [container] } };
}

function service(namespace: string) {
  const spec = { selector: { app: name }, ports: [{ name: 'http', port: 9898 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec };
}

/** Without those of its probe. */
export async function mirroredRequests(namespace: string): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}:${metricsPort}/proxy/metrics`;
  const metrics = await new Kubectl(namespace).run('get', '--raw', path);
  const counts = metrics.matchAll(/^http_request_duration_seconds_count\{[^}]*path="version"[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
