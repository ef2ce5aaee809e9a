import { disown } from '../../../../driver/istio/kubernetes/disown';
import { refusedObjects } from '../../../../driver/istio/kubernetes/refused-objects';
import { addVersion, removeVersion, setMinimum, writeSubsets } from '../../../../driver/istio/kubernetes/write-version';
import type { Writer } from '../../../../driver/istio/kubernetes/writer';
import type { Observation } from '../../../../driver/istio/observation';
import type { ApiRequest } from '../../../../driver/kubernetes/api';
import { objectPath } from '../../../../driver/kubernetes/paths';
import { labels, versionedName, type Manifest } from '../../../../model';
import { adopted } from '../../../support/adopted';
import { carriedOf, monitorOf } from '../../../support/carried';
import type { StoredObject } from '../../../support/fake-api-server';
import { pathOf } from '../../../support/fake-discovery';
import { recordWith } from '../../../support/observations';
import {
  fakeCluster,
  install,
  installTraffic,
  lookAtObjects,
  podOf,
  writerTo,
  type FakeCluster,
} from '../../../support/kubernetes';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({
  versions: bothVersions,
  weights: { v1: 90, v2: 10 },
  autoscaling: { minReplicas: 2, maxReplicas: 4, memory: '100Mi' },
});
const scaledObject = (version: string): Manifest => ({
  ...monitorOf(release, version),
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  spec: { scaleTargetRef: { name: versionedName(release.name, version) } },
});
const settings: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: release.namespace, labels: { [labels.service]: release.name } },
  data: { colour: 'green' },
};
const others = [monitorOf(release, 'v1'), monitorOf(release, 'v2'), scaledObject('v2'), settings];
const carried = carriedOf(release, others);
const objectsOf = (version: string) => carried.versions[version]?.objects ?? [];
const manifestOf = (kind: string, version = 'v2') => {
  const found = objectsOf(version).find((object) => object.kind === kind);
  if (!found) throw new Error(`expected a ${kind} of ${version}, found none`);
  return found;
};
const routePath = objectPath('VirtualService', release);
const rulePath = objectPath('DestinationRule', release);
const inOrder = [
  'ConfigMap',
  'PodDisruptionBudget',
  'Monitor',
  'Deployment',
  'HorizontalPodAutoscaler',
  'ScaledObject',
];

const subsets = (versions: readonly string[]) => ({ kind: 'write-subsets', versions }) as const;

let cluster: FakeCluster;
let writer: Writer;
beforeEach(async () => {
  cluster = await fakeCluster();
  writer = writerTo(cluster, carried);
  installTraffic(cluster, release);
  install(cluster, carried.shared);
});
afterEach(() => cluster.close());

const look = (from: Writer = writer) => lookAtObjects(from, release);
const somebodyWrites = (path: string) => cluster.server.put(path, cluster.server.get(path) as StoredObject, 'somebody');
const kindsOf = (version: string) => {
  const here = cluster.server.paths;
  return objectsOf(version)
    .filter((object) => here.includes(pathOf(object)))
    .map(({ kind }) => kind);
};
const sent = (method: string) => cluster.server.requests.filter((request) => request.method === method);
/** Before each request of this method, with its number. */
const before = (method: string, interfere: (count: number) => void) => {
  const send = cluster.api.send.bind(cluster.api);
  let count = 0;
  return jest.spyOn(cluster.api, 'send').mockImplementation(async (request: ApiRequest) => {
    if (request.method === method) interfere(++count);
    return send(request);
  });
};
const killedAt = (last: number) => (count: number) => {
  if (count > last) throw new Error('killed here');
};

describe('a version', () => {
  test('is created as the manifests have it, what scales its Deployment last', async () => {
    expect(await addVersion(writer, 'v2')).toBe('written');
    expect(sent('POST').map(({ body }) => body?.kind)).toEqual(inOrder);
    expect(sent('POST').map(({ query }) => query.get('fieldManager'))).toEqual(inOrder.map(() => 'handover'));
    for (const object of objectsOf('v2')) {
      const { spec, data } = object;
      expect(cluster.server.get(pathOf(object))).toMatchObject({ ...(spec ? { spec } : { data }) });
    }
  });

  test('whose creation was cut off anywhere is seen as partial, and completed in the same order', async () => {
    for (let done = 1; done < inOrder.length; done++) {
      const spy = before('POST', killedAt(done));
      await expect(addVersion(writer, 'v2')).rejects.toThrow('killed here');
      spy.mockRestore();
      expect(kindsOf('v2')).toEqual(inOrder.slice(0, done));
      expect((await look()).workloads.v2?.isPartial).toBe(true);
      expect(await addVersion(writer, 'v2')).toBe('written');
      expect(kindsOf('v2')).toEqual(inOrder);
      expect((await look()).workloads.v2?.isPartial).toBe(false);
      for (const object of objectsOf('v2')) cluster.server.remove(pathOf(object));
    }
  });

  test('is never overwritten by an addition', async () => {
    install(cluster, objectsOf('v2'));
    const all = () => objectsOf('v2').map((object) => cluster.server.get(pathOf(object)));
    const there = all();
    expect(await addVersion(writer, 'v2')).toBe('written');
    expect(all()).toEqual(there);
  });

  test('that somebody creates at the same moment is a conflict', async () => {
    before('POST', () => install(cluster, objectsOf('v2')));
    expect(await addVersion(writer, 'v2')).toBe('conflict');
  });

  test('gets what it shares with others before its own objects, when that is missing', async () => {
    for (const object of carried.shared) cluster.server.remove(pathOf(object));
    expect(await refusedObjects(writer, 'v2')).toEqual([]);
    expect(sent('POST').map(({ path }) => path)).toHaveLength(inOrder.length + 1);
    expect(await addVersion(writer, 'v2')).toBe('written');
    expect(sent('POST')[inOrder.length + 1]?.body).toMatchObject({ metadata: { name: 'settings' } });
    expect(kindsOf('v2')).toEqual(inOrder);
    expect(cluster.server.get(pathOf(settings))).toMatchObject({ data: { colour: 'green' } });
  });

  test('leaves what it shares as it is, whoever made it', async () => {
    install(cluster, [{ ...settings, metadata: { ...settings.metadata, labels: {} }, data: { colour: 'red' } }]);
    const before = cluster.server.get(pathOf(settings));
    expect(await refusedObjects(writer, 'v2')).toEqual([]);
    expect(await addVersion(writer, 'v2')).toBe('written');
    expect(cluster.server.get(pathOf(settings))).toEqual(before);
  });

  test('that the manifests do not have is refused, and nothing is created', async () => {
    await expect(addVersion(writer, 'v9')).rejects.toMatchObject({ code: 'manifests' });
    await expect(addVersion(writerTo(cluster, undefined), 'v2')).rejects.toMatchObject({ code: 'manifests' });
    expect(sent('POST')).toEqual([]);
  });
});

describe('what the API server would refuse of a version', () => {
  const quota = 'exceeded quota: compute';

  test('is nothing when it would create all of it, and nothing is stored', async () => {
    expect(await refusedObjects(writer, 'v2')).toEqual([]);
    expect(sent('POST').map(({ query }) => query.get('dryRun'))).toEqual(inOrder.map(() => 'All'));
    expect(kindsOf('v2')).toEqual([]);
  });

  test('is told all at once: a quota, a policy, and a kind that it does not know', async () => {
    cluster.server.forbidden.set('/apis/apps/v1/namespaces/demo-ns/deployments', quota);
    cluster.server.forbidden.set('/api/v1/namespaces/demo-ns/configmaps', 'no ConfigMaps here');
    cluster.server.unknownApis.push('/apis/monitoring.example.com');
    expect(await refusedObjects(writer, 'v2')).toEqual([
      expect.stringMatching(/^ConfigMap\/demo-v2: .*no ConfigMaps here/) as string,
      expect.stringMatching(/^Monitor\/demo-v2: expected the API monitoring.example.com\/v1/) as string,
      expect.stringMatching(/^Deployment\/demo-v2: .*exceeded quota/) as string,
    ]);
  });

  test('is not asked of what is there already', async () => {
    install(cluster, [manifestOf('Deployment')]);
    cluster.server.forbidden.set('/apis/apps/v1/namespaces/demo-ns/deployments', quota);
    expect(await refusedObjects(writer, 'v2')).toEqual([]);
  });

  test('holds an object of its name that is not of this version: nobody could complete it', async () => {
    const theirs = manifestOf('ConfigMap');
    install(cluster, [{ ...theirs, metadata: { ...theirs.metadata, labels: {} } }]);
    const refused = expect.stringContaining(
      `with the labels ${labels.service}: demo and ${labels.version}: v2`,
    ) as string;
    expect(await refusedObjects(writer, 'v2')).toEqual([refused]);
  });
});

describe('a removal', () => {
  beforeEach(() => {
    install(cluster, objectsOf('v1'));
    install(cluster, objectsOf('v2'));
  });

  test('deletes what scales the Deployment and then itself, and the rest when it is called again', async () => {
    expect(await removeVersion(writer, release, 'v2', await look())).toBe('written');
    expect(sent('DELETE').map(({ path }) => path)).toEqual(
      ['HorizontalPodAutoscaler', 'ScaledObject', 'Deployment'].map((kind) => pathOf(manifestOf(kind))),
    );
    cluster.server.put('/api/v1/namespaces/demo-ns/pods/p', podOf('p', { app: 'demo', version: 'v2' }));
    const seen = await look();
    expect(seen.workloads.v2).toMatchObject({ isGone: true, pods: 1 });
    expect(await removeVersion(writer, release, 'v2', seen)).toBe('written');
    expect(kindsOf('v2')).toEqual([]);
    expect(Object.keys((await look()).workloads)).toEqual(['v1']);
    expect(kindsOf('v1')).toEqual(inOrder.slice(0, 5));
  });

  test('that was cut off anywhere is repeated', async () => {
    for (let done = 0; done < 3; done++) {
      install(cluster, objectsOf('v2'));
      const spy = before('DELETE', killedAt(done));
      await expect(removeVersion(writer, release, 'v2', await look())).rejects.toThrow('killed here');
      spy.mockRestore();
      expect(kindsOf('v2')).toContain('Deployment');
      while ('v2' in (await look()).workloads) await removeVersion(writer, release, 'v2', await look());
      expect(kindsOf('v2')).toEqual([]);
    }
  });

  test('finds objects by their labels, whatever their names are, and ends', async () => {
    const strange = (kind: string) => {
      const manifest = manifestOf(kind);
      return { ...manifest, metadata: { ...manifest.metadata, name: 'shop' } };
    };
    install(cluster, [strange('Deployment'), strange('ConfigMap')]);
    for (let calls = 0; calls < 2; calls++) await removeVersion(writer, release, 'v2', await look());
    expect((await look()).workloads).not.toHaveProperty('v2');
    expect(cluster.server.paths.filter((path) => path.endsWith('/shop'))).toEqual([]);
  });

  test('needs no manifests for the usual kinds', async () => {
    const alone = writerTo(cluster, undefined);
    for (let calls = 0; calls < 2; calls++) await removeVersion(alone, release, 'v2', await look(alone));
    expect(kindsOf('v2')).toEqual(['Monitor', 'ScaledObject']);
  });

  test.each([
    ['the route', routePath],
    ['the DestinationRule, whose subset of another version may select its pods now,', rulePath],
  ])('is a conflict when %s changed since the look', async (_, path) => {
    const seen = await look();
    somebodyWrites(path);
    expect(await removeVersion(writer, release, 'v2', seen)).toBe('conflict');
    expect(kindsOf('v2')).toEqual(inOrder);
  });

  test('leaves another object of the same name alone', async () => {
    const seen = await look();
    const path = pathOf(manifestOf('HorizontalPodAutoscaler'));
    before('DELETE', () => cluster.server.put(path, { metadata: { name: 'demo-v2', uid: 'another' } }));
    expect(await removeVersion(writer, release, 'v2', seen)).toBe('conflict');
    expect(cluster.server.get(path)?.metadata.uid).toBe('another');
    expect(kindsOf('v2')).toContain('Deployment');
  });
});

describe('the subsets', () => {
  const own = { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } };
  const theirs = {
    ...carried.destinationRule,
    spec: {
      host: 'demo',
      exportTo: ['.'],
      trafficPolicy: { tls: { mode: 'DISABLE' } },
      subsets: [own],
    },
  };
  const synthesized = { name: 'v2', labels: { version: 'v2', tier: 'web' } };
  const rule = () => cluster.server.get(rulePath) as StoredObject;

  beforeEach(() => {
    cluster.server.put(rulePath, theirs);
    const { destinationRule } = carried;
    const spec = { ...(destinationRule.spec as object), subsets: [synthesized] };
    writer = writerTo(cluster, { ...carried, destinationRule: { ...destinationRule, spec } });
  });

  test('get the new one as the manifests have it, and everything else stays as its owner wrote it', async () => {
    expect(await writeSubsets(writer, release, subsets(['v1', 'v2']), await look())).toBe('written');
    expect(rule().spec).toEqual({ ...theirs.spec, subsets: [own, synthesized] });
    const operations = sent('PATCH').flatMap(({ body }) => body as unknown as { op: string; path: string }[]);
    expect(operations.filter(({ op }) => op !== 'test').map(({ path }) => path)).toEqual(['/spec/subsets']);
    expect((await look()).subsets).toMatchObject({ versions: ['v1', 'v2'], isOwned: true });
  });

  test('get the traffic policy of the manifests when an apply changes it, and keep everything else', async () => {
    const change = (await look()).subsets?.change;
    expect(change).toEqual(expect.arrayContaining([expect.stringContaining('trafficPolicy.tls: expected nothing')]));
    const changes = { ...subsets(['v1']), changes: 'as in the manifests' } as const;
    expect(await writeSubsets(writer, release, changes, await look())).toBe('written');
    const { trafficPolicy } = carried.destinationRule.spec as { trafficPolicy: object };
    expect(rule().spec).toEqual({ ...theirs.spec, trafficPolicy, subsets: [own] });
    expect((await look()).subsets?.change).toBeUndefined();
  });

  test('get a note of the release with the digest of what was sent, which disowning takes away', async () => {
    const record = recordWith({ id: 'k3f9', digests: { subsets: (await look()).subsets?.digest } });
    const seen = (found: Observation) => ({ ...found, route: found.route && { ...found.route, record } });
    await writeSubsets(writer, release, subsets(['v1', 'v2']), seen(await look()));
    const after = (await look()).subsets;
    expect(after?.written).toEqual({ release: 'k3f9', digest: after?.digest, isRestored: false });
    await disown(writer, release, 'subsets', await look());
    expect((await look()).subsets).toMatchObject({ written: undefined, isOwned: true });
    await disown(writer, release, 'subsets', await look());
    expect((await look()).subsets).toMatchObject({ written: undefined, isOwned: false });
  });

  test('that are restored keep the digest from before, so that another edit beside the removal is still seen', async () => {
    const record = recordWith({ id: 'k3f9' });
    const seen = (found: Observation) => ({ ...found, route: found.route && { ...found.route, record } });
    await writeSubsets(writer, release, subsets(['v1', 'v2']), seen(await look()));
    const before = (await look()).subsets;
    cluster.server.put(rulePath, { ...rule(), spec: { ...theirs.spec, exportTo: ['*'] } }, 'somebody');
    await writeSubsets(writer, release, { ...subsets(['v1', 'v2']), restores: true }, seen(await look()));
    const after = (await look()).subsets;
    expect(after).toMatchObject({ versions: ['v1', 'v2'], written: { digest: before?.digest, isRestored: true } });
    expect(after?.digest).not.toBe(before?.digest);
  });

  test('lose the one of a version that leaves', async () => {
    await writeSubsets(writer, release, subsets(['v1', 'v2']), await look());
    expect(await writeSubsets(writer, release, subsets(['v1']), await look())).toBe('written');
    expect(rule().spec).toEqual(theirs.spec);
  });

  test('get one by the label that all pods of a version have when there are no manifests', async () => {
    const alone = writerTo(cluster, undefined);
    await writeSubsets(alone, release, subsets(['v1', '1.5.0']), await look());
    expect(rule().spec?.subsets).toEqual([own, { name: '1-5-0', labels: { version: '1.5.0' } }]);
  });

  test.each([
    ['the route', routePath],
    ['the subsets', rulePath],
  ])('are left alone when somebody changed %s since the look', async (_, path) => {
    const seen = await look();
    somebodyWrites(path);
    expect(await writeSubsets(writer, release, subsets(['v1', 'v2']), seen)).toBe('conflict');
    expect(rule().spec).toEqual(theirs.spec);
  });

  test('are left alone when somebody changes them between the last reading and the write', async () => {
    const seen = await look();
    before('PATCH', () => somebodyWrites(rulePath));
    expect(await writeSubsets(writer, release, subsets(['v1', 'v2']), seen)).toBe('conflict');
    expect(rule().spec).toEqual(theirs.spec);
  });
});

describe("an autoscaler's minimum", () => {
  const path = pathOf(manifestOf('HorizontalPodAutoscaler'));
  beforeEach(() => install(cluster, objectsOf('v2')));

  test('is set without touching the rest', async () => {
    const { minReplicas: _, ...rest } = cluster.server.get(path)?.spec ?? {};
    expect(await setMinimum(writer, release, 'v2', 3, await look())).toBe('written');
    expect(cluster.server.get(path)?.spec).toEqual({ ...rest, minReplicas: 3 });
    expect((await look()).workloads.v2?.autoscaler).toEqual({ minimum: 3, maximum: 4, declared: 2 });
  });

  test('is not set when somebody else has set it since the look', async () => {
    const seen = await look();
    const live = cluster.server.get(path) as StoredObject;
    cluster.server.put(path, { ...live, spec: { ...live.spec, minReplicas: 9 } });
    expect(await setMinimum(writer, release, 'v2', 3, seen)).toBe('conflict');
  });

  test('is not set on an autoscaler that changes between the last reading and the write, or is gone', async () => {
    const seen = await look();
    const spy = before('PATCH', () => somebodyWrites(path));
    expect(await setMinimum(writer, release, 'v2', 3, seen)).toBe('conflict');
    spy.mockRestore();
    cluster.server.remove(path);
    expect(await setMinimum(writer, release, 'v2', 3, seen)).toBe('conflict');
  });

  test('of what is adopted is set on its autoscaler, and its Deployment gets no write, whatever is named first', async () => {
    const metadata = { name: 'storefront', namespace: release.namespace };
    const made = { ...manifestOf('Deployment'), metadata };
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name };
    const scaler: Manifest = { ...manifestOf('HorizontalPodAutoscaler'), metadata };
    const aimed = { ...scaler, spec: { ...(scaler.spec as object), scaleTargetRef } };
    install(cluster, [made, aimed]);
    const named = [made, scaler].map(({ apiVersion, kind }) => ({ apiVersion, kind, name: 'storefront' }));
    const taken = adopted(release, { objects: named });
    const seen = await lookAtObjects(writer, taken);
    expect(await setMinimum(writer, taken, 'v1', 3, seen)).toBe('written');
    expect(sent('PATCH').map((request) => request.path)).toEqual([pathOf(scaler)]);
    expect((await lookAtObjects(writer, taken)).workloads.v1?.autoscaler?.minimum).toBe(3);
  });
});
