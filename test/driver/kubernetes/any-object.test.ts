import { AnyObjects } from '../../../driver/kubernetes/any-object';
import type { JsonPatch } from '../../../manifests';
import { fieldManager } from '../../../model';
import { fakeCluster, type FakeCluster } from '../../support/kubernetes';

const monitor = {
  apiVersion: 'monitoring.example.com/v1',
  kind: 'Monitor',
  metadata: { name: 'web-v1', namespace: 'shop' },
  spec: { period: '5s' },
};
const collection = '/apis/monitoring.example.com/v1/namespaces/shop/monitors';
const path = `${collection}/web-v1`;

let cluster: FakeCluster;
let objects: AnyObjects;
beforeEach(async () => {
  cluster = await fakeCluster();
  objects = new AnyObjects(cluster.api);
});
afterEach(() => cluster.close());

const stored = () => cluster.server.get(path);
const writers = () =>
  (stored()?.metadata.managedFields as { manager: string; operation: string }[]).map(
    ({ manager, operation }) => `${manager} ${operation}`,
  );
/** As somebody else applied it. */
const installed = () => {
  const { metadata } = cluster.server.put(path, monitor, 'argocd');
  return { ...monitor, metadata: { ...monitor.metadata, uid: String(metadata.uid), ...versionOf(metadata) } };
};
const versionOf = ({ resourceVersion }: Record<string, unknown>) => ({ resourceVersion: String(resourceVersion) });

describe('an object', () => {
  test('is found, or not', async () => {
    expect(await objects.find(monitor)).toBeUndefined();
    installed();
    expect(await objects.find(monitor)).toMatchObject({ spec: { period: '5s' } });
  });

  test('is created in the name of handover', async () => {
    expect(await objects.create(monitor)).toBe('written');
    expect(stored()).toMatchObject(monitor);
    expect(writers()).toEqual([`${fieldManager} Update`]);
  });

  test('that is there already is a conflict, and stays as it is', async () => {
    installed();
    expect(await objects.create({ ...monitor, metadata: monitor.metadata })).toBe('conflict');
    expect(writers()).toEqual(['argocd Update']);
  });

  test('is created once, though the connection broke: the second request is a conflict', async () => {
    await objects.find(monitor);
    cluster.server.fail('reset');
    expect(await objects.create(monitor)).toBe('conflict');
    expect(cluster.server.paths).toEqual([path]);
  });

  test('is not created against a quota', async () => {
    cluster.server.forbidden.set(collection, 'exceeded quota: q');
    await expect(objects.create(monitor)).rejects.toMatchObject({ status: 403 });
  });
});

describe('a dry run', () => {
  test('stores nothing, and refuses unknown fields as kubectl does', async () => {
    expect(await objects.dryRunCreate(monitor)).toBeUndefined();
    expect(cluster.server.paths).toEqual([]);
    const { query } = cluster.server.requests.at(-1) ?? {};
    expect(Object.fromEntries(query ?? [])).toEqual({ dryRun: 'All', fieldManager, fieldValidation: 'Strict' });
  });

  test('tells what would be refused: a quota, an object of this name, an API or a kind that is not there', async () => {
    installed();
    expect(await objects.dryRunCreate(monitor)).toBe('monitors "web-v1" already exists');
    cluster.server.forbidden.set(collection, 'exceeded quota: q');
    expect(await objects.dryRunCreate(monitor)).toBe('monitors "web-v1" is forbidden: exceeded quota: q');
    expect(await objects.dryRunCreate({ ...monitor, kind: 'Probe' })).toContain('with the kind Probe');
    const other = { ...monitor, apiVersion: 'other.example.com/v1' };
    expect(await objects.dryRunCreate(other)).toContain('the API other.example.com/v1');
    const wide = { ...monitor, apiVersion: 'v1', kind: 'Namespace' };
    expect(await objects.dryRunCreate(wide)).toContain('a kind that lives in the namespace shop');
  });

  test.each([401, 503])('that is answered with %d says nothing about the object, and fails', async (status) => {
    await objects.find(monitor);
    cluster.server.fail(...Array.from({ length: 20 }, () => status));
    await expect(objects.dryRunCreate(monitor)).rejects.toMatchObject({ status });
  });
});

describe('the stored form of a manifest', () => {
  test('is what a dry run under a spare name gives, and keeps the name', async () => {
    installed();
    expect(await objects.asStored(monitor)).toEqual(monitor);
    const { body, query } = cluster.server.requests.at(-1) ?? {};
    expect(body?.metadata).toMatchObject({ name: 'handover-dry-run' });
    expect(query?.get('dryRun')).toBe('All');
    expect(cluster.server.paths).toHaveLength(1);
  });

  test('is unknown when the API server refuses it', async () => {
    cluster.server.forbidden.set(collection, 'a policy');
    expect(await objects.asStored(monitor)).toBeUndefined();
  });
});

describe('a removal', () => {
  test('takes the object of this uid, and its pods after it', async () => {
    expect(await objects.remove(installed())).toBe('written');
    expect(cluster.server.requests.at(-1)?.body).toMatchObject({ propagationPolicy: 'Background' });
    expect(stored()).toBeUndefined();
  });

  test('of what is gone already is done, also when the connection broke', async () => {
    const seen = installed();
    await objects.find(monitor);
    cluster.server.fail('reset');
    expect(await objects.remove(seen)).toBe('written');
    expect(await objects.remove(seen)).toBe('written');
  });

  test('spares another object of the same name', async () => {
    const seen = installed();
    const other = { ...seen, metadata: { ...seen.metadata, uid: 'another' } };
    expect(await objects.remove(other)).toBe('conflict');
    expect(stored()).toBeDefined();
  });
});

describe('a patch', () => {
  const change = { op: 'replace', path: '/spec/period', value: '9s' } as const;
  const asSeen = ({ metadata }: ReturnType<typeof installed>): JsonPatch => [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];

  test('of what was seen is written, and handover owns what it changed', async () => {
    expect(await objects.patch(monitor, [...asSeen(installed()), change])).toBe('written');
    expect(stored()?.spec).toEqual({ period: '9s' });
    expect(writers()).toEqual(['argocd Update', `${fieldManager} Update`]);
  });

  test('of what somebody changed meanwhile is a conflict, and changes nothing', async () => {
    const seen = installed();
    cluster.server.put(path, { ...monitor, spec: { period: '7s' } });
    expect(await objects.patch(monitor, [...asSeen(seen), change])).toBe('conflict');
    expect(stored()?.spec).toEqual({ period: '7s' });
  });

  test('of what is gone is a conflict', async () => {
    expect(await objects.patch(monitor, [change])).toBe('conflict');
  });

  test('is written once, though the connection broke: the second request is a conflict', async () => {
    const patch = [...asSeen(installed()), change];
    await objects.find(monitor);
    cluster.server.fail('reset');
    expect(await objects.patch(monitor, patch)).toBe('conflict');
    expect(stored()?.spec).toEqual({ period: '9s' });
  });

  test('that is itself wrong fails, as it would be a conflict for ever', async () => {
    const wrong = { op: 'remove', path: '/spec/nothing' } as const;
    await expect(objects.patch(monitor, [...asSeen(installed()), wrong])).rejects.toMatchObject({ status: 422 });
  });

  test('whose result is not valid fails', async () => {
    const patch = [...asSeen(installed()), change];
    await objects.find(monitor);
    cluster.server.fail(422);
    await expect(objects.patch(monitor, patch)).rejects.toMatchObject({ status: 422 });
  });

  test('that takes our entry out of the owners of fields leaves the others, and adds none', async () => {
    await objects.patch(monitor, [...asSeen(installed()), change]);
    const entry = '/metadata/managedFields/1';
    const disown: JsonPatch = [
      { op: 'test', path: `${entry}/manager`, value: fieldManager },
      { op: 'remove', path: entry },
    ];
    expect(await objects.patch(monitor, disown)).toBe('written');
    expect(writers()).toEqual(['argocd Update']);
    expect(stored()?.spec).toEqual({ period: '9s' });
  });

  test('cannot take the last entry out: of what handover alone wrote it stays the owner', async () => {
    await objects.create(monitor);
    expect(await objects.patch(monitor, [{ op: 'remove', path: '/metadata/managedFields/0' }])).toBe('written');
    expect(writers()).toEqual([`${fieldManager} Update`]);
  });
});
