/** The ConfigMap with what outlives a release, in a cluster. */
import { keepState, restore } from '../../../../driver/istio/kubernetes/state';
import { removeVersion } from '../../../../driver/istio/kubernetes/write-version';
import type { Writer } from '../../../../driver/istio/kubernetes/writer';
import type { Note } from '../../../../driver/istio/notes';
import { ApiError } from '../../../../driver/kubernetes/api';
import { pastOf } from '../../../../driver/istio/state';
import { objectPath } from '../../../../driver/kubernetes/paths';
import { labels, managedBy } from '../../../../model';
import type { StoredObject } from '../../../support/fake-api-server';
import { pathOf } from '../../../support/fake-discovery';
import { fakeCluster, installTraffic, lookAtObjects, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { recordWith } from '../../../support/observations';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({ versions: bothVersions, weights: { v1: 100 } });
const { namespace } = release;
const statePath = objectPath('ConfigMap', { namespace, name: 'handover-state-demo' });
const routePath = objectPath('VirtualService', release);
const rulePath = objectPath('DestinationRule', release);
const record = recordWith({ id: 'k3f9', serial: 4, marker: 'split@k3f9.4' });
const begins: Note = { current: { record, of: {}, restored: [] }, history: [], copies: 'begin', isNeeded: true };

let cluster: FakeCluster;
let writer: Writer;
beforeEach(async () => {
  cluster = await fakeCluster();
  writer = writerTo(cluster, undefined);
  installTraffic(cluster, release);
});
afterEach(() => cluster.close());

const look = () => lookAtObjects(writer, release);
const live = (path: string) => cluster.server.get(path) as StoredObject & { readonly data: Record<string, string> };
const keep = async (note = begins) => keepState(writer, release, note, await look());

describe('the state', () => {
  it('is one ConfigMap, which belongs to no version and is in no manifest', async () => {
    expect((await look()).state).toMatchObject({ resourceVersion: undefined, history: [] });
    expect(await keep()).toBe('written');
    expect(live(statePath).metadata.labels).toEqual(managedBy);
    const seen = await look();
    expect(seen.workloads).toEqual({});
    expect(seen.state).toMatchObject({
      current: { record, of: { route: seen.route?.resourceVersion, subsets: seen.subsets?.resourceVersion } },
      kept: { route: { split: { v1: 100 } }, subsets: { versions: ['v1', 'v2'] } },
    });
  });

  it('is replaced on the condition of what was seen, of it and of the two objects', async () => {
    await keep();
    for (const path of [statePath, routePath, rulePath]) {
      const seen = await look();
      cluster.server.put(path, { ...live(path) }, 'somebody');
      expect(await keepState(writer, release, { ...begins, copies: 'live' }, seen)).toBe('conflict');
    }
    expect(await keep({ ...begins, copies: 'live' })).toBe('written');
  });

  it('does not say how a release ended after somebody has changed the route since the last look', async () => {
    await keep();
    const seen = await look();
    cluster.server.put(routePath, { ...live(routePath) }, 'somebody');
    const ends: Note = { history: [pastOf(record, 'completed', 0)], copies: 'none', isNeeded: true };
    expect(await keepState(writer, release, ends, seen)).toBe('conflict');
    expect(await keep(ends)).toBe('written');
    expect((await look()).state).toMatchObject({ history: [{ id: 'k3f9' }], kept: {} });
  });

  it('is not overwritten when somebody else has a ConfigMap of that name', async () => {
    const metadata = { name: 'handover-state-demo', namespace, labels: { team: 'theirs' } };
    cluster.server.put(statePath, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } });
    await expect(keep()).rejects.toThrow('it has no label app.kubernetes.io/managed-by: handover');
    expect(live(statePath).data).toEqual({ a: 'b' });
  });

  it('that may not be read hides nothing else: whoever aborts sees the rest', async () => {
    await keep();
    const find = cluster.api.find.bind(cluster.api);
    const forbidden = new ApiError(403, 'Forbidden', 'cannot get configmaps', { method: 'GET', path: statePath });
    jest
      .spyOn(cluster.api, 'find')
      .mockImplementation((path) => (path === statePath ? Promise.reject(forbidden) : find(path)));
    const seen = await look();
    expect(seen.route?.split).toEqual({ v1: 100 });
    expect(seen.state).toMatchObject({ unreadable: 'cannot get configmaps', history: [] });
  });
});

describe('what somebody deleted', () => {
  it('is created as it was: the VirtualService by a new marker and with its record, everybody’s notes and routes included', async () => {
    const before = live(routePath);
    cluster.server.put(routePath, {
      ...before,
      metadata: { ...before.metadata, annotations: { 'example.com/owner': 'us' } },
    });
    await keep();
    const { spec } = live(routePath);
    cluster.server.remove(routePath);
    const next = { ...record, serial: 104, marker: 'split@k3f9.104' };
    expect(await restore(writer, release, { kind: 'restore', what: 'route', record: next }, await look())).toBe(
      'written',
    );
    const seen = await look();
    expect(seen.route).toMatchObject({
      split: { v1: 100 },
      marker: 'split@k3f9.104',
      record: { id: 'k3f9', serial: 104 },
    });
    expect(seen.route?.record?.digests.route).toBe(seen.route?.digest);
    expect(live(routePath).metadata.annotations).toMatchObject({ 'example.com/owner': 'us' });
    expect(Object.keys(live(routePath).spec ?? {})).toEqual(Object.keys(spec ?? {}));
  });

  it('is created as it was: the DestinationRule, with a subset that is newer than the copy', async () => {
    await keep();
    const { spec } = live(rulePath);
    cluster.server.remove(rulePath);
    const action = { kind: 'restore', what: 'subsets', versions: ['v1', 'v2', 'v3'] } as const;
    expect(await restore(writer, release, action, await look())).toBe('written');
    const { subsets, ...others } = live(rulePath).spec as { subsets: { name: string; labels: object }[] };
    const { subsets: old, ...othersBefore } = spec as { subsets: object[] };
    expect(others).toEqual(othersBefore);
    expect(subsets).toEqual([...old, { name: 'v3', labels: { version: 'v3' } }]);
  });

  it('is created with the choice that is asked for: the copy may be of before the pause of an adopted Deployment', async () => {
    await keep();
    cluster.server.remove(rulePath);
    const action = { kind: 'restore', what: 'subsets', versions: ['v1', 'v2'] } as const;
    await restore(writer, release, { ...action, choose: { version: 'v1', hash: 'abc' } }, await look());
    expect((live(rulePath).spec as { subsets: object[] }).subsets).toContainEqual({
      name: 'v1',
      labels: { 'pod-template-hash': 'abc' },
    });
  });

  it('is left alone when somebody has created it meanwhile', async () => {
    await keep();
    const theirs = live(routePath);
    cluster.server.remove(routePath);
    const seen = await look();
    const { uid: _, ...metadata } = theirs.metadata;
    cluster.server.put(routePath, { ...theirs, metadata }, 'somebody');
    expect(await restore(writer, release, { kind: 'restore', what: 'route', record }, seen)).toBe('conflict');
    expect((await look()).route?.changedBy).toBe('somebody');
  });
});

describe('a command without manifests', () => {
  const monitor = {
    apiVersion: 'monitoring.example.com/v1',
    kind: 'Monitor',
    metadata: { name: 'demo-v1', namespace, labels: { [labels.service]: 'demo', [labels.version]: 'v1' } },
  };
  const recordOnRoute = (objects?: object) => {
    const { metadata, ...rest } = live(routePath);
    const annotations = { 'handover/release': JSON.stringify({ ...record, objects }) };
    cluster.server.put(routePath, { ...rest, metadata: { ...metadata, annotations } });
  };

  it('removes objects of unusual kinds, too: the record of the release names them', async () => {
    cluster.server.put(pathOf(monitor), monitor);
    recordOnRoute();
    await removeVersion(writer, release, 'v1', await look());
    expect(live(pathOf(monitor))).toBeDefined();
    const { apiVersion, kind, metadata } = monitor;
    recordOnRoute({ v1: [{ apiVersion, kind, name: metadata.name }] });
    const seen = await look();
    expect(Object.keys(seen.workloads)).toEqual(['v1']);
    expect(await removeVersion(writer, release, 'v1', seen)).toBe('written');
    expect(live(pathOf(monitor))).toBeUndefined();
  });
});
