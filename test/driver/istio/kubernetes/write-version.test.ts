import { destinationRuleManifest, versionManifests, virtualServiceManifest, type Manifest } from '../../../../charts';
import type { Observation } from '../../../../driver/istio/observation';
import type { ReleaseRecord } from '../../../../driver/istio/record';
import { observe } from '../../../../driver/istio/kubernetes/observe';
import { leaveRequest, writeRecord, writeRoute } from '../../../../driver/istio/kubernetes/write-route';
import { addVersion, removeVersion, setMinimum, writeSubsets } from '../../../../driver/istio/kubernetes/write-version';

import { versionPath, type VersionKind } from '../../../../driver/istio/kubernetes/version-objects';
import { collectionPath, objectPath } from '../../../../driver/kubernetes/paths';
import { annotations, findVersion } from '../../../../model';
import type { StoredObject } from '../../../support/fake-api-server';
import { fakeCluster, type FakeCluster } from '../../../support/kubernetes';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({
  versions: bothVersions,
  weights: { v1: 90, v2: 10 },
  headerRoutes: [{ header: 'x-canary', exact: 'yes', version: 'v2' }],
  autoscaling: { minReplicas: 2, maxReplicas: 4, memory: '100Mi' },
});
const routePath = objectPath('VirtualService', release);
const rulePath = objectPath('DestinationRule', release);
const record: ReleaseRecord = {
  mode: 'run',
  stable: 'v1',
  canary: 'v2',
  step: 0,
  since: '2026-01-01T00:00:00.000Z',
  serial: 2,
  marker: 'v1-50.v2-50@2',
  podsForAll: 2,
  evidence: [],
};
const halves = {
  kind: 'write-route',
  split: { v1: 50, v2: 50 },
  headerVersions: ['v2'],
  probes: [],
  marker: record.marker,
  record,
} as const;
/** What synth says about the routes. */
const routeNotes = virtualServiceManifest(release).metadata.annotations;

const ending = { ...halves, split: { v2: 100 }, marker: 'v2-100', record: undefined } as const;

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  cluster.server.put(routePath, virtualServiceManifest(release));
  cluster.server.put(rulePath, destinationRuleManifest(release));
});
afterEach(() => cluster.close());

const look = (): Promise<Observation> => {
  const ask = () => Promise.reject(new Error('no pods here'));
  return observe({ api: cluster.api, askProxy: ask, askPod: ask, sendProbe: ask, nowMs: () => 0 }, release, {
    evidence: 'proxy',
    inFlightOf: [],
  });
};
const notes = () => (cluster.server.get(routePath)?.metadata.annotations ?? {}) as Record<string, string>;
const install = (version: string) => {
  for (const manifest of versionManifests(release, findVersion(release, version))) {
    const path = versionPath(manifest.kind as VersionKind, release, version);
    cluster.server.put(path, manifest);
  }
};

describe('the route', () => {
  test('is written exactly as synth writes it, with its record in the same request', async () => {
    expect(await writeRoute(cluster.api, release, halves, await look())).toBe('written');
    const applied = cluster.server.requests.filter(({ method }) => method === 'PATCH');
    expect(applied).toHaveLength(1);
    expect(applied[0]?.query.get('fieldManager')).toBe('handover');
    const wanted = virtualServiceManifest(release, { split: halves.split, marker: halves.marker });
    expect(cluster.server.get(routePath)?.spec).toEqual(JSON.parse(JSON.stringify(wanted.spec)));
    const seen = await look();
    expect(seen.route).toMatchObject({
      split: halves.split,
      marker: halves.marker,
      headerVersions: ['v2'],
      record,
      changedBy: 'handover',
    });
  });

  test('lets header routes follow the split while their version has none yet', async () => {
    await writeRoute(cluster.api, release, { ...halves, headerVersions: [] }, await look());
    expect((await look()).route?.headerVersions).toEqual([]);
  });

  test('is not written over what somebody else changed since the look', async () => {
    const seen = await look();
    cluster.server.put(routePath, virtualServiceManifest(release), 'somebody');
    expect(await writeRoute(cluster.api, release, halves, seen)).toBe('conflict');
    expect((await look()).route).toMatchObject({ changedBy: 'somebody', record: undefined });
  });

  test('is not written over a change that comes between the last reading and the write', async () => {
    const seen = await look();
    const find = cluster.api.find.bind(cluster.api);
    jest.spyOn(cluster.api, 'find').mockImplementation(async (path) => {
      const found = await find(path);
      cluster.server.put(routePath, virtualServiceManifest(release), 'somebody');
      return found;
    });
    expect(await writeRoute(cluster.api, release, halves, seen)).toBe('conflict');
  });

  test('is not created anew when somebody deleted it', async () => {
    const seen = await look();
    cluster.server.remove(routePath);
    expect(await writeRoute(cluster.api, release, halves, seen)).toBe('conflict');
    expect(cluster.server.get(routePath)).toBeUndefined();
  });

  test('that was written before the connection broke is a conflict, so that it is observed again', async () => {
    const seen = await look();
    const requests = cluster.server.requests.length;
    const { api, server } = cluster;
    const apply = api.apply.bind(api);
    jest.spyOn(api, 'apply').mockImplementation((path, body) => {
      server.fail('reset');
      return apply(path, body);
    });
    expect(await writeRoute(api, release, halves, seen)).toBe('conflict');
    expect(server.requests.slice(requests).map(({ method }) => method)).toEqual(['GET', 'PATCH', 'PATCH']);
    expect((await look()).route?.record).toEqual(record);
  });
});

describe('the record', () => {
  beforeEach(async () => {
    await writeRoute(cluster.api, release, halves, await look());
  });

  test('changes without the route', async () => {
    const { spec } = cluster.server.get(routePath) ?? {};
    const next = { ...record, step: 1 };
    expect(await writeRecord(cluster.api, release, next, await look())).toBe('written');
    expect((await look()).route?.record).toEqual(next);
    expect(cluster.server.get(routePath)?.spec).toEqual(spec);
  });

  test('is not written beside a route that is not as observed', async () => {
    const seen = await look();
    cluster.server.put(routePath, cluster.server.get(routePath) as StoredObject, 'somebody');
    expect(await writeRecord(cluster.api, release, { ...record, step: 1 }, seen)).toBe('conflict');
  });

  test('keeps a request that an operator left, until the release ends', async () => {
    const request = { id: 'one', verb: 'abort' } as const;
    await leaveRequest(cluster.api, release, request);
    expect((await look()).route).toMatchObject({ record, request });
    await writeRecord(cluster.api, release, { ...record, handled: 'one' }, await look());
    expect((await look()).route?.request).toEqual(request);
    await writeRoute(cluster.api, release, ending, await look());
    expect(notes()).toEqual(routeNotes);
  });

  test('ends without taking the notes of others away', async () => {
    const live = cluster.server.get(routePath) as StoredObject;
    const own = { ...(live.metadata.annotations as object), 'example.com/owner': 'team' };
    cluster.server.put(routePath, { ...live, metadata: { ...live.metadata, annotations: own } });
    await writeRoute(cluster.api, release, ending, await look());
    expect(notes()).toEqual({ 'example.com/owner': 'team', ...routeNotes });
  });

  test('that handover did not write is reported instead of guessed', async () => {
    const live = cluster.server.get(routePath) as StoredObject;
    const strange = { [annotations.release]: '{"mode":"fly"}' };
    cluster.server.put(routePath, { ...live, metadata: { ...live.metadata, annotations: strange } });
    await expect(look()).rejects.toThrow('handover');
  });
});

describe('a request', () => {
  test('is left again when the driver writes at the same moment', async () => {
    const { api, server } = cluster;
    const apply = api.apply.bind(api);
    const spy = jest.spyOn(api, 'apply').mockImplementationOnce((path, body) => {
      server.put(routePath, server.get(routePath) as StoredObject);
      return apply(path, body);
    });
    await leaveRequest(api, release, { id: 'two', verb: 'abort' });
    expect(spy).toHaveBeenCalledTimes(2);
    expect((await look()).route?.request).toEqual({ id: 'two', verb: 'abort' });
  });

  test('to a service that is not installed is refused with the way out', async () => {
    cluster.server.remove(routePath);
    await expect(leaveRequest(cluster.api, release, { id: 'x', verb: 'abort' })).rejects.toMatchObject({
      code: 'not-installed',
      fix: 'install it first: kubectl apply -f dist/',
    });
  });
});

describe('the subsets', () => {
  test('are written as synth writes them', async () => {
    expect(await writeSubsets(cluster.api, release, ['v2'], await look())).toBe('written');
    expect((await look()).subsets?.versions).toEqual(['v2']);
  });

  test.each([
    ['the route', routePath],
    ['the subsets', rulePath],
  ])('are left alone when somebody changed %s since the look', async (_, path) => {
    const seen = await look();
    cluster.server.put(path, cluster.server.get(path) as StoredObject, 'somebody');
    expect(await writeSubsets(cluster.api, release, ['v2'], seen)).toBe('conflict');
    expect((await look()).subsets?.versions).toEqual(['v1', 'v2']);
  });
});

describe('a version', () => {
  const own = (version: string) => cluster.server.paths.filter((path) => path.endsWith(`/demo-${version}`));

  test('is created as synth writes it, the Deployment before the autoscaler that scales it', async () => {
    expect(await addVersion(cluster.api, release, 'v2')).toBe('written');
    const created = cluster.server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body?.kind);
    expect(created).toEqual(['ConfigMap', 'PodDisruptionBudget', 'Deployment', 'HorizontalPodAutoscaler']);
    const deployment = versionManifests(release, findVersion(release, 'v2')).find(({ kind }) => kind === 'Deployment');
    expect(cluster.server.get(versionPath('Deployment', release, 'v2'))?.spec).toEqual(plain(deployment).spec);
  });

  test('whose creation was cut off anywhere is completed, and seen as partial until then', async () => {
    install('v2');
    for (const kind of ['ConfigMap', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'] as const) {
      cluster.server.remove(versionPath(kind, release, 'v2'));
      expect((await look()).workloads.v2?.isPartial).toBe(true);
      expect(await addVersion(cluster.api, release, 'v2')).toBe('written');
      expect((await look()).workloads.v2?.isPartial).toBe(false);
    }
  });

  test('is never overwritten by an addition', async () => {
    install('v2');
    const before = own('v2').map((path) => cluster.server.get(path));
    expect(await addVersion(cluster.api, release, 'v2')).toBe('written');
    expect(own('v2').map((path) => cluster.server.get(path))).toEqual(before);
  });

  test('that somebody creates at the same moment is a conflict', async () => {
    const create = cluster.api.create.bind(cluster.api);
    jest.spyOn(cluster.api, 'create').mockImplementation((path, body) => {
      install('v2');
      return create(path, body);
    });
    expect(await addVersion(cluster.api, release, 'v2')).toBe('conflict');
  });

  test('without a Deployment is not there, when it is listed', async () => {
    install('v2');
    cluster.server.remove(versionPath('Deployment', release, 'v2'));
    expect((await look()).workloads).toEqual({});
  });

  test('that is no longer listed is seen by whatever is left of it, and that is removed', async () => {
    install('v2');
    cluster.server.remove(versionPath('Deployment', release, 'v2'));
    const shrunk = releaseOf({ versions: { v1: bothVersions.v1 }, weights: { v1: 100 } });
    const ask = () => Promise.reject(new Error('no pods here'));
    const eyes = { api: cluster.api, askProxy: ask, askPod: ask, sendProbe: ask, nowMs: () => 0 };
    const seen = await observe(eyes, shrunk, { evidence: 'proxy', inFlightOf: [] });
    expect(seen.workloads.v2).toMatchObject({ desired: 0, available: 0, trouble: 'it has no Deployment' });
    expect(await removeVersion(cluster.api, shrunk, 'v2', seen)).toBe('written');
    expect(own('v2')).toEqual([]);
  });

  test('is removed with its Deployment last, so that a removal that was cut off is repeated', async () => {
    install('v1');
    install('v2');
    const seen = await look();
    for (const failing of [1, 2, 3]) {
      const { api, server } = cluster;
      install('v2');
      const send = api.send.bind(api);
      let deletions = 0;
      const spy = jest.spyOn(api, 'send').mockImplementation((request) => {
        if (request.method === 'DELETE' && ++deletions > failing) throw new Error('killed here');
        return send(request);
      });
      await expect(removeVersion(api, release, 'v2', seen)).rejects.toThrow('killed here');
      spy.mockRestore();
      expect(Object.keys((await look()).workloads)).toEqual(['v1', 'v2']);
      expect(await removeVersion(api, release, 'v2', seen)).toBe('written');
      expect(own('v2')).toEqual([]);
      expect(server.paths.filter((path) => path.endsWith('/demo-v1'))).toHaveLength(4);
    }
  });

  test('is not removed when the route changed since the look', async () => {
    install('v2');
    const seen = await look();
    cluster.server.put(routePath, cluster.server.get(routePath) as StoredObject, 'somebody');
    expect(await removeVersion(cluster.api, release, 'v2', seen)).toBe('conflict');
    expect(own('v2')).toHaveLength(4);
  });

  test('is removed by uid: another one of the same name stays', async () => {
    install('v2');
    const { api, server } = cluster;
    const path = versionPath('HorizontalPodAutoscaler', release, 'v2');
    const find = api.find.bind(api);
    jest.spyOn(api, 'find').mockImplementation(async (asked) => {
      const found = await find(asked);
      if (asked === path) server.put(path, { metadata: { name: 'demo-v2', uid: 'another' } });
      return found;
    });
    expect(await removeVersion(api, release, 'v2', await look())).toBe('conflict');
    expect(server.get(path)?.metadata.uid).toBe('another');
  });
});

describe("an autoscaler's minimum", () => {
  const path = versionPath('HorizontalPodAutoscaler', release, 'v2');

  test('is set without touching the rest', async () => {
    install('v2');
    const { minReplicas: _, ...rest } = cluster.server.get(path)?.spec ?? {};
    expect(await setMinimum(cluster.api, release, 'v2', 3, await look())).toBe('written');
    expect(cluster.server.get(path)?.spec).toEqual({ ...rest, minReplicas: 3 });
    expect((await look()).workloads.v2?.autoscaler).toEqual({ minimum: 3, maximum: 4 });
  });

  test('is not set when somebody else has set it since the look', async () => {
    install('v2');
    const seen = await look();
    const live = cluster.server.get(path) as StoredObject;
    cluster.server.put(path, { ...live, spec: { ...live.spec, minReplicas: 9 } });
    expect(await setMinimum(cluster.api, release, 'v2', 3, seen)).toBe('conflict');
  });
});

test('every collection of the objects of a version is in the namespace of the release', () => {
  expect(collectionPath('Deployment', release.namespace)).toBe('/apis/apps/v1/namespaces/demo-ns/deployments');
});

function plain(manifest: Manifest | undefined): StoredObject {
  return JSON.parse(JSON.stringify(manifest)) as StoredObject;
}
