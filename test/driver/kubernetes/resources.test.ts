import { ResourcePaths } from '../../../driver/kubernetes/resources';
import { fakeCluster, type FakeCluster } from '../../support/kubernetes';

let cluster: FakeCluster;
let paths: ResourcePaths;
beforeEach(async () => {
  cluster = await fakeCluster();
  paths = new ResourcePaths(cluster.api);
});
afterEach(() => cluster.close());

const monitor = { apiVersion: 'monitoring.example.com/v1', kind: 'Monitor', namespace: 'shop' };

describe('the path', () => {
  test.each([
    [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' }, '/api/v1/namespaces/shop/configmaps/web'],
    [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' }, '/apis/apps/v1/namespaces/shop/deployments'],
    [monitor, '/apis/monitoring.example.com/v1/namespaces/shop/monitors'],
    [{ apiVersion: 'v1', kind: 'Pod' }, '/api/v1/pods'],
    [{ apiVersion: 'v1', kind: 'Namespace', name: 'shop' }, '/api/v1/namespaces/shop'],
  ])('of %j is %s', async (id, path) => {
    expect(await paths.of(id)).toBe(path);
  });

  test('of a name with a slash leads to no other object', async () => {
    const id = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: '../secrets/key' };
    expect(await paths.of(id)).toBe('/api/v1/namespaces/shop/configmaps/..%2Fsecrets%2Fkey');
  });

  test('without a namespace, of one object of a kind that lives in one, is a mistake of the program', async () => {
    const id = { apiVersion: 'v1', kind: 'ConfigMap', name: 'web' };
    await expect(paths.of(id)).rejects.toThrow('expected a namespace for the ConfigMap web, found none');
  });
});

describe('an API', () => {
  const asked = () => cluster.server.requests.map(({ path }) => path);

  test('is asked for its kinds once, also by two at a time', async () => {
    await Promise.all([paths.of(monitor), paths.of({ ...monitor, name: 'web' })]);
    await paths.of(monitor);
    expect(asked()).toEqual(['/apis/monitoring.example.com/v1']);
  });

  test('that could not be asked is asked again', async () => {
    cluster.server.fail(403);
    await expect(paths.of(monitor)).rejects.toMatchObject({ status: 403 });
    expect(await paths.of(monitor)).toContain('/monitors');
  });

  test.each([
    ['networking.istio.io/v9', 'install Istio 1.22 or newer with its CRDs'],
    ['other.example.com/v1', 'install its CustomResourceDefinition, or leave the object out'],
    ['networking.k8s.io/v9', 'use a newer Kubernetes'],
    ['apps/v9', 'use a newer Kubernetes'],
  ])('that is not there is named: %s', async (apiVersion, fix) => {
    const expected = `the API ${apiVersion}`;
    await expect(paths.of({ ...monitor, apiVersion })).rejects.toMatchObject({ code: 'no-api', expected, fix });
  });

  test('that lacks the kind is named with it', async () => {
    const refusal = { code: 'no-api', expected: 'the API monitoring.example.com/v1 with the kind Probe' };
    await expect(paths.of({ ...monitor, kind: 'Probe' })).rejects.toMatchObject(refusal);
  });
});

test('a kind that is in no namespace is refused where one is needed', async () => {
  const id = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', namespace: 'shop', name: 'edge' };
  await expect(paths.of(id)).rejects.toMatchObject({
    code: 'cluster-scoped',
    expected: 'a kind that lives in the namespace shop',
    found: 'the IngressClass edge, which is in none',
  });
});
