import { masks } from '../../manifests';

const metadata = { name: 'a', namespace: 'shop' };
const secret = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata, data });

describe('what is shown of an object', () => {
  it('has nothing of the contents of Secrets and ConfigMaps but their keys', () => {
    const mask = masks();
    expect(mask(secret({ TOKEN: 'aGlkZGVu' }))).toMatchObject({ data: { TOKEN: '(masked 1)' } });
    const config = { ...secret({ URL: 'postgres://me:hidden@db' }), kind: 'ConfigMap', binaryData: { b: 'aGlkZGVu' } };
    expect(JSON.stringify(mask(config))).not.toMatch(/hidden|aGlkZGVu/);
    expect(JSON.stringify(mask({ ...secret({}), stringData: { TOKEN: 'hidden' } }))).not.toContain('hidden');
  });

  it('tells equal values and others apart, and nothing more of them', () => {
    const mask = masks();
    expect(mask(secret({ A: 'one', B: 'two', C: 'one', D: '' }))).toMatchObject({
      data: { A: '(masked 1)', B: '(masked 2)', C: '(masked 1)', D: '' },
    });
    expect(mask(secret({ A: 'two' }))).toMatchObject({ data: { A: '(masked 2)' } });
  });

  it('has no value of a variable in any container of any kind, and says where others come from', () => {
    const from = { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
    const container = { name: 'c', image: 'demo:1', env: [{ name: 'A', value: 'hidden' }, from] };
    const spec = { template: { spec: { initContainers: [container], containers: [container] } } };
    const masked = masks()({ apiVersion: 'example.com/v1', kind: 'Other', metadata, spec });
    expect(JSON.stringify(masked)).not.toContain('hidden');
    expect(masked).toMatchObject({
      spec: {
        template: { spec: { containers: [{ image: 'demo:1', env: [{ name: 'A', value: '(masked 1)' }, from] }] } },
      },
    });
  });

  it('has no copy of the object that kubectl apply left in an annotation', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"TOKEN":"hidden"}}' };
    expect(JSON.stringify(masks()({ ...secret({}), metadata: { ...metadata, annotations } }))).not.toContain('hidden');
  });
});
