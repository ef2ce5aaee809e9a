import { disown } from '../../../../driver/istio/kubernetes/disown';
import { leaveRequest } from '../../../../driver/istio/kubernetes/write-route';
import { writeSubsets } from '../../../../driver/istio/kubernetes/write-version';
import type { Writer } from '../../../../driver/istio/kubernetes/writer';
import { objectPath } from '../../../../driver/kubernetes/paths';
import type { ManagedFields } from '../../../../driver/kubernetes/objects';
import type { StoredObject } from '../../../support/fake-api-server';
import { fakeCluster, installTraffic, lookAtObjects, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({ versions: bothVersions, weights: { v1: 100 } });
const objects = [
  ['route', objectPath('VirtualService', release)],
  ['subsets', objectPath('DestinationRule', release)],
] as const;

const subsets = (versions: readonly string[]) => ({ kind: 'write-subsets', versions }) as const;

let cluster: FakeCluster;
let writer: Writer;
beforeEach(async () => {
  cluster = await fakeCluster();
  writer = writerTo(cluster, undefined);
  installTraffic(cluster, release);
  await leaveRequest(writer, release, { id: 'one', verb: 'abort' });
  await writeSubsets(writer, release, subsets(['v1']), await look());
});
afterEach(() => cluster.close());

const look = () => lookAtObjects(writer, release);
const live = (path: string) => cluster.server.get(path) as StoredObject;
const managers = (path: string) => (live(path).metadata.managedFields as ManagedFields[]).map(({ manager }) => manager);

describe.each(objects)('disowning the %s', (what, path) => {
  test('takes our entry out of its managers, and changes nothing else', async () => {
    const { spec, metadata } = live(path);
    expect(managers(path)).toEqual(['kubectl', 'handover']);
    expect((await look())[what]?.isOwned).toBe(true);
    expect(await disown(writer, release, what, await look())).toBe('written');
    expect(managers(path)).toEqual(['kubectl']);
    expect((await look())[what]?.isOwned).toBe(false);
    expect(live(path).spec).toEqual(spec);
    expect(live(path).metadata.annotations).toEqual(metadata.annotations);
  });

  test('is nothing when it is disowned already', async () => {
    await disown(writer, release, what, await look());
    const before = live(path);
    expect(await disown(writer, release, what, await look())).toBe('written');
    expect(live(path)).toBe(before);
  });

  test('leaves no owner of an object that nobody else ever wrote', async () => {
    const { metadata, ...others } = live(path);
    const managedFields = (metadata.managedFields as ManagedFields[]).filter(({ manager }) => manager === 'handover');
    cluster.server.put(path, { ...others, metadata: { ...metadata, managedFields } }, 'handover');
    expect(managers(path)).toEqual(['handover']);
    expect(await disown(writer, release, what, await look())).toBe('written');
    expect((await look())[what]?.isOwned).toBe(false);
  });

  test('is a conflict after a write of somebody else, and then their entry stays', async () => {
    const seen = await look();
    cluster.server.put(path, live(path), 'somebody');
    expect(await disown(writer, release, what, seen)).toBe('conflict');
    expect(managers(path)).toEqual(['kubectl', 'handover', 'somebody']);
  });

  test('is a conflict when the object changes between the last reading and the write, or is gone', async () => {
    const seen = await look();
    const send = cluster.api.send.bind(cluster.api);
    const spy = jest.spyOn(cluster.api, 'send').mockImplementation((request) => {
      if (request.method === 'PATCH') cluster.server.put(path, live(path), 'somebody');
      return send(request);
    });
    expect(await disown(writer, release, what, seen)).toBe('conflict');
    spy.mockRestore();
    cluster.server.remove(path);
    expect(await disown(writer, release, what, seen)).toBe('conflict');
  });
});
