import { serviceStage, type PodFace } from '../../../driver/rolling/service-stage';
import type { Manifest } from '../../../model';

const service = (spec: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'demo' },
  spec: { selector: { app: 'demo' }, ...spec },
});
const port = (fields: object) => service({ ports: [{ name: 'http', port: 8080, ...fields }] });
const pod = (name: string | undefined, number = 8080, labels = { app: 'demo' }): PodFace => ({
  labels,
  ports: [{ name, number, protocol: 'TCP' }],
});
const stage = (live: Manifest | undefined, wanted: Manifest, pods: readonly PodFace[], isOwn = true) =>
  serviceStage({ wanted, live, pods: pods.map((face) => ({ ...face, isOwn })), template: pod('http') });
const byName = port({ targetPort: 'http' });
const byNumber = port({ targetPort: 8080 });

describe('a Service is written', () => {
  it.each<[string, Manifest | undefined, Manifest, readonly PodFace[]]>([
    ['there is none', undefined, byName, [pod(undefined)]],
    ['no pod is ready behind it', byNumber, byName, []],
    ['its pods have the port under the name', byNumber, byName, [pod('http')]],
  ])('before the pods when %s', (_, live, wanted, pods) => {
    expect(stage(live, wanted, pods)).toBe('before-pods');
  });

  it.each<[string, Manifest, Manifest, readonly PodFace[]]>([
    ['a pod has no port of the name', byNumber, byName, [pod('http'), pod(undefined)]],
    ['its port gets another name', port({ name: 'web', targetPort: 8080 }), byName, [pod('http')]],
    ['a port goes', byNumber, port({ port: 80, targetPort: 'http' }), [pod('http')]],
    [
      'its selector leaves a pod out',
      byNumber,
      service({ selector: { app: 'demo', tier: 'new' }, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] }),
      [pod('http')],
    ],
  ])('after the pods when %s', (_, live, wanted, pods) => {
    expect(stage(live, wanted, pods)).toBe('after-pods');
  });

  it('not at all when the live one does not lead to the new pods, and old ones of the same Deployment go', () => {
    const live = port({ targetPort: 7070 });
    expect(stage(live, byName, [pod(undefined, 7070)])).toMatchObject({ code: 'service-unfit' });
    expect(stage(live, byName, [pod(undefined, 7070)], false)).toBe('after-pods');
  });
});
