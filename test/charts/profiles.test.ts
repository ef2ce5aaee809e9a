import { releaseManifests } from '../../charts';
import type { ReleaseFileInput } from '../../model';
import { theOnly, type Deployment, type DestinationRule, type VirtualService } from '../support/objects';
import { releaseOf } from '../support/release';

const manifestsOf = (fields: Partial<ReleaseFileInput>) => releaseManifests(releaseOf(fields));

describe('the profile istio', () => {
  const manifests = manifestsOf({});

  test('has its sidecars injected', () => {
    // The namespace may be there already, with workloads of others.
    expect(theOnly(manifests, 'Namespace').metadata).toEqual({ name: 'demo-ns' });
    const deployment = theOnly<Deployment>(manifests, 'Deployment');
    expect(deployment.spec.template.metadata.labels).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
    expect(deployment.spec.selector.matchLabels).toEqual({ app: 'demo', version: 'v1' });
  });

  test('is applied in an order in which everything finds what it needs', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'Service',
      'ConfigMap',
      'Deployment',
      'PodDisruptionBudget',
      'Gateway',
      'DestinationRule',
      'VirtualService',
    ]);
  });
});

describe('the profile rolling-update', () => {
  const release = { profile: 'rolling-update', ingress: { className: 'nginx' } } as const;
  const manifests = manifestsOf(release);
  const deployment = theOnly<Deployment>(manifests, 'Deployment');

  test('needs no mesh', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'Service',
      'ConfigMap',
      'Deployment',
      'PodDisruptionBudget',
      'Ingress',
    ]);
    expect(theOnly(manifests, 'Namespace').metadata).toEqual({ name: 'demo-ns' });
    expect(JSON.stringify(manifests)).not.toContain('istio.io/');
  });

  test('keeps name and selector of its Deployment from version to version, as neither can be changed', () => {
    const versions = { v2: { image: 'x:2' } };
    const next = theOnly<Deployment>(manifestsOf({ ...release, versions, weights: { v2: 100 } }), 'Deployment');
    for (const { metadata, spec } of [deployment, next]) {
      expect(metadata.name).toBe('demo');
      expect(spec.selector.matchLabels).toEqual({ app: 'demo' });
    }
    expect(next.spec.template.metadata.labels).toMatchObject({ app: 'demo', version: 'v2' });
  });

  test('has three pods unless told otherwise', () => {
    expect(deployment.spec.replicas).toBe(3);
    expect(theOnly<Deployment>(manifestsOf({ ...release, replicas: 5 }), 'Deployment').spec.replicas).toBe(5);
  });

  test('keeps the ConfigMap of a version under its name, for pods of the version before', () => {
    expect(theOnly(manifests, 'ConfigMap').metadata.name).toBe('demo-v1');
  });

  test('sends every host to the Service', () => {
    const hosts = ['a.example.com', 'b.example.com'];
    const backend = { service: { name: 'demo', port: { name: 'http' } } };
    expect(theOnly(manifestsOf({ ...release, hosts }), 'Ingress').spec).toEqual({
      ingressClassName: 'nginx',
      rules: hosts.map((host) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } })),
    });
  });

  test('can be scaled by an autoscaler, which finds the Deployment', () => {
    const scaled = manifestsOf({ ...release, highTraffic: true });
    const autoscaler = theOnly(scaled, 'HorizontalPodAutoscaler') as { spec?: { scaleTargetRef?: unknown } };
    expect(autoscaler.spec?.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'demo' });
    expect(theOnly<Deployment>(scaled, 'Deployment').spec).not.toHaveProperty('replicas');
  });
});

test('high traffic adds autoscaling, retries, outlier detection and connection limits', () => {
  const manifests = manifestsOf({ highTraffic: true });
  expect(theOnly(manifests, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 2, maxReplicas: 4 });
  expect(theOnly<VirtualService>(manifests, 'VirtualService').spec.http[0]?.retries).toEqual({
    attempts: 10,
    perTryTimeout: '15s',
    retryOn: 'gateway-error,connect-failure,refused-stream',
  });
  const { trafficPolicy } = theOnly<DestinationRule>(manifests, 'DestinationRule').spec;
  expect(trafficPolicy.outlierDetection).toMatchObject({ consecutive5xxErrors: 5 });
  expect(trafficPolicy.connectionPool.tcp).toMatchObject({ maxConnections: 1024 });
});
