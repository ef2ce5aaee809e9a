import { rollingShapeOf } from '../../manifests';
import { nameOf } from '../../manifests/kinds';
import { releaseManifests } from '../../charts';
import type { Manifest } from '../../model';
import { releaseOf } from '../support/release';

const service = { namespace: 'demo-ns', name: 'demo' };
const written = releaseManifests(releaseOf({ profile: 'rolling-update', highTraffic: true }));
const read = (manifests: readonly Manifest[], version = 'v1') =>
  rollingShapeOf(
    manifests.map((manifest) => ({ manifest, file: 'demo.yaml', line: 1 })),
    service,
    version,
  );
const problemsOf = (...changes: Parameters<typeof read>) => {
  const found = read(...changes);
  return 'problems' in found ? found.problems.map(({ expected, found: what }) => `${expected}; ${what}`) : [];
};
const config = (metadata: object, kind = 'ConfigMap'): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'extra', namespace: 'demo-ns', labels: { 'handover/service': 'demo' }, ...metadata },
});

describe('the shape of a service without a mesh', () => {
  it('has the Namespace first, what pods need before the Deployment, and what leads to the Service last', () => {
    const found = read([...written, config({})]);
    expect('shape' in found && found.shape.objects.map(nameOf)).toEqual([
      'Namespace/demo-ns',
      'ServiceAccount/demo',
      'ConfigMap/demo-v1',
      'PodDisruptionBudget/demo',
      'ConfigMap/extra',
      'Service/demo',
      'Deployment/demo',
      'HorizontalPodAutoscaler/demo',
      'Ingress/demo',
    ]);
  });

  it('leaves out what does not carry the label of the service', () => {
    const found = read([...written, config({ labels: {} })]);
    expect('shape' in found && found.shape.objects.map(nameOf)).not.toContain('ConfigMap/extra');
  });

  it.each<[string, readonly Manifest[], string]>([
    ['no Deployment', written.filter(({ kind }) => kind !== 'Deployment'), 'one Deployment called demo'],
    ['a second Service of the name', [...written, config({ name: 'demo' }, 'Service')], 'one Service called demo'],
    [
      'an object of another namespace',
      [...written, config({ namespace: 'other' })],
      'a ConfigMap of the namespace other',
    ],
    [
      'an object of another version',
      [...written, config({ labels: { 'handover/service': 'demo', 'handover/version': 'v9' } })],
      'v9',
    ],
  ])('is refused with %s', (_, manifests, told) => {
    expect(problemsOf(manifests).join()).toContain(told);
  });

  it('is refused when its pods are of another version than the file lists', () => {
    expect(problemsOf(written, 'v2').join()).toContain('version: v2');
  });
});
