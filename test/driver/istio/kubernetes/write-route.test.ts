import { leaveRequest, writeRecord, writeRoute } from '../../../../driver/istio/kubernetes/write-route';
import type { Writer } from '../../../../driver/istio/kubernetes/writer';
import { objectPath } from '../../../../driver/kubernetes/paths';
import { annotations } from '../../../../model';
import { carriedOf } from '../../../support/carried';
import type { StoredObject } from '../../../support/fake-api-server';
import { fakeCluster, lookAtObjects, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { recordWith } from '../../../support/observations';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({ versions: bothVersions, weights: { v1: 90, v2: 10 } });
const routePath = objectPath('VirtualService', release);
const to = (subset: string, weight: number) => ({
  destination: { host: 'demo', subset, port: { number: 80 } },
  weight,
});
const reports = {
  name: 'reports',
  match: [{ uri: { prefix: '/reports' } }],
  timeout: '90s',
  route: [{ destination: { host: 'reports' } }],
};
const foreignNotes = {
  'example.com/owner': 'checkout',
  [annotations.splitRoutes]: 'web',
  [annotations.pinnedRoutes]: 'beta=v2',
};
/** As a team wrote it that uses no construct of ours. */
const theirs = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    name: 'demo',
    namespace: 'demo-ns',
    labels: { 'handover/service': 'demo', team: 'checkout' },
    annotations: foreignNotes,
  },
  spec: {
    hosts: ['demo.example.com', 'demo.example.org'],
    gateways: ['edge/public', 'mesh'],
    exportTo: ['.'],
    http: [
      reports,
      { name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }], route: [to('v2', 100)] },
      {
        name: 'web',
        timeout: '3s',
        rewrite: { uri: '/web' },
        mirror: { host: 'demo', subset: 'shadow' },
        mirrorPercentage: { value: 5 },
        route: [to('v1', 90), to('v2', 10)],
      },
    ],
  },
} satisfies StoredObject;
const [, beta, web] = theirs.spec.http;

const record = recordWith({ id: 'k3f9', serial: 2, marker: 'web@k3f9.2' });
const halves = {
  kind: 'write-route',
  split: { v1: 50, v2: 50 },
  headerVersions: ['v2'],
  probes: [] as string[],
  marker: record.marker,
  record,
} as const;
const ending = { ...halves, split: { v2: 100 }, marker: 'web', record: undefined } as const;

let cluster: FakeCluster;
let writer: Writer;
beforeEach(async () => {
  cluster = await fakeCluster();
  writer = writerTo(cluster, undefined);
  cluster.server.put(routePath, theirs);
});
afterEach(() => cluster.close());

const look = () => lookAtObjects(writer, release);
const live = () => cluster.server.get(routePath) as StoredObject & typeof theirs;
const write = async (action: Parameters<typeof writeRoute>[2]) => writeRoute(writer, release, action, await look());
const somebodyWrites = () => cluster.server.put(routePath, { ...live() }, 'somebody');
const patches = () => cluster.server.requests.filter(({ method }) => method === 'PATCH');
const touched = () => {
  const operations = patches().flatMap(({ body }) => body as unknown as { op: string; path: string }[]);
  return operations.filter(({ op }) => op !== 'test').map(({ path }) => path);
};

describe('a write of the route', () => {
  test('changes the weights and the name of the split route, and nothing else of the object', async () => {
    expect(await write(halves)).toBe('written');
    const { http, ...rest } = live().spec;
    const { http: _, ...before } = theirs.spec;
    expect(rest).toEqual(before);
    expect(live().metadata.labels).toEqual(theirs.metadata.labels);
    expect(live().metadata.annotations).toMatchObject(foreignNotes);
    expect(http).toEqual([reports, beta, { ...web, name: 'web@k3f9.2', route: [to('v1', 50), to('v2', 50)] }]);
  });

  test('is one JSON patch by the name of handover, of the routes and its own notes', async () => {
    await write(halves);
    expect(patches()).toHaveLength(1);
    expect(patches()[0]?.query.get('fieldManager')).toBe('handover');
    expect(touched()).toEqual(['/spec/http', '/metadata/annotations/handover~1release']);
  });

  test('takes its record along, with the digest of the spec as sent', async () => {
    expect((await look()).route).toMatchObject({ marker: 'web', record: undefined, isOwned: false });
    await write(halves);
    const { route } = await look();
    expect(route).toMatchObject({
      split: halves.split,
      headerVersions: ['v2'],
      base: 'web',
      marker: record.marker,
      changedBy: 'handover',
      isOwned: true,
    });
    expect(route?.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(route?.record).toEqual({ schema: 1, ...record, digests: { route: route?.digest } });
  });

  test('takes the generation along that the API server gives it for this change', async () => {
    cluster.server.put(routePath, { ...theirs, metadata: { ...theirs.metadata, generation: 7 } });
    await write(halves);
    expect((await look()).route?.record?.generation).toBe(8);
  });

  test('has another digest than the record when somebody changes the spec', async () => {
    await write(halves);
    cluster.server.put(routePath, { ...live(), spec: { ...live().spec, hosts: ['demo.example.com'] } }, 'somebody');
    const { route } = await look();
    expect(route?.record?.digests.route).toMatch(/^[0-9a-f]{16}$/);
    expect(route?.digest).not.toBe(route?.record?.digests.route);
  });

  test('lets a pinned route follow the split while its version is absent', async () => {
    await write({ ...halves, headerVersions: [] });
    expect((await look()).route?.headerVersions).toEqual([]);
    expect(live().spec.http[1]).toEqual({ ...beta, route: [to('v1', 50), to('v2', 50)] });
    await write(halves);
    expect(live().spec.http[1]).toEqual(beta);
  });

  test('adds routes for probes by the gateways alone, and takes them away again', async () => {
    await write({ ...halves, probes: ['v2'] });
    const names = () => live().spec.http.map(({ name }) => name);
    expect(names()).toEqual(['handover-probe', 'handover-probe.v2', 'reports', 'beta', 'web@k3f9.2']);
    const value = { exact: live().metadata['uid' as 'name'] };
    const match = [{ headers: { 'x-handover-probe': value }, gateways: ['edge/public'] }];
    const response = { set: { 'x-handover-route': 'k3f9.2' } };
    expect(live().spec.http[0]).toMatchObject({ match, headers: { response } });
    expect((await look()).route?.probes).toEqual(['v2']);
    await write(halves);
    expect(names()).toEqual(['reports', 'beta', 'web@k3f9.2']);
  });

  test('that is the last one takes marker, record and request away', async () => {
    await write(halves);
    await leaveRequest(writer, release, { id: 'one', verb: 'abort' });
    expect(await write(ending)).toBe('written');
    expect(live().metadata.annotations).toEqual(foreignNotes);
    expect(live().spec.http).toEqual([reports, beta, { ...web, route: [to('v2', 100)] }]);
    expect((await look()).route).toMatchObject({ marker: 'web', record: undefined, request: undefined });
  });

  test('that brings the first split back leaves the object as it was', async () => {
    await write({ ...halves, probes: ['v1', 'v2'] });
    await write({ ...ending, split: { v1: 90, v2: 10 } });
    expect(live().spec).toEqual(theirs.spec);
    expect(live().metadata.annotations).toEqual(foreignNotes);
  });

  test('works on an object without name, annotation or second destination', async () => {
    const { annotations: _, ...metadata } = theirs.metadata;
    const bare = { ...theirs, metadata, spec: { hosts: ['demo'], http: [{ route: [to('v1', 100)] }] } };
    cluster.server.put(routePath, bare);
    await write({ ...halves, headerVersions: [], record: { ...record, marker: '@k3f9.2' } });
    expect((await look()).route).toMatchObject({ base: '', marker: '@k3f9.2', split: halves.split });
    await write({ ...ending, split: { v1: 100 } });
    expect(live().spec).toEqual(bare.spec);
    // A real server drops an empty mapping.
    expect(live().metadata.annotations).toEqual({});
  });
});

describe('a change of the routes, by an apply,', () => {
  const renamed = { ...web, name: 'all', timeout: '9s', mirror: { host: 'demo', subset: 'v3' } };
  const wanted = {
    ...theirs,
    metadata: { ...theirs.metadata, annotations: { ...foreignNotes, [annotations.splitRoutes]: 'all' } },
    spec: { ...theirs.spec, hosts: ['other.example.com'], http: [beta, renamed] },
  };
  const changed = { ...halves, marker: 'all@k3f9.2', changes: 'as in the manifests' } as const;

  beforeEach(() => {
    writer = writerTo(cluster, { ...carriedOf(release), virtualService: wanted });
  });

  test('is seen before it is made: each difference, what it names, and the new name', async () => {
    const { change } = (await look()).route ?? {};
    expect(change).toMatchObject({ names: ['v3'], base: 'all' });
    expect(change?.fields).toEqual(expect.arrayContaining([expect.stringContaining('/reports')]));
  });

  test('writes the routes of the manifests at the live weights, and leaves hosts and gateways', async () => {
    expect(await write(changed)).toBe('written');
    const http = [beta, { ...renamed, name: 'all@k3f9.2', route: [to('v1', 50), to('v2', 50)] }];
    expect(live().spec).toEqual({ ...theirs.spec, http });
    const { route } = await look();
    expect(route).toMatchObject({
      base: 'all',
      marker: 'all@k3f9.2',
      split: halves.split,
      digest: route?.record?.digests.route,
    });
    expect(route?.change).toBeUndefined();
  });

  test('leaves the routes of the manifests when the release ends', async () => {
    await write(changed);
    await write({ ...ending, marker: 'all', split: { v1: 90, v2: 10 } });
    expect(live().spec.http).toEqual(wanted.spec.http);
  });
});

describe('a write of the route is a conflict, and changes nothing,', () => {
  test('when somebody else changed the object since the look', async () => {
    const seen = await look();
    somebodyWrites();
    expect(await writeRoute(writer, release, halves, seen)).toBe('conflict');
    expect((await look()).route).toMatchObject({ changedBy: 'somebody', record: undefined });
  });

  test('when that happens between the last reading and the write', async () => {
    const seen = await look();
    const find = cluster.api.find.bind(cluster.api);
    jest.spyOn(cluster.api, 'find').mockImplementationOnce(async (path) => {
      const found = await find(path);
      somebodyWrites();
      return found;
    });
    expect(await writeRoute(writer, release, halves, seen)).toBe('conflict');
    expect(patches()).toHaveLength(1);
    expect(live().spec).toEqual(theirs.spec);
  });

  test('when somebody deleted the object: it is not created anew', async () => {
    const seen = await look();
    cluster.server.remove(routePath);
    expect(await writeRoute(writer, release, halves, seen)).toBe('conflict');
    expect(cluster.server.get(routePath)).toBeUndefined();
  });

  test('when the object was deleted and made again', async () => {
    const seen = await look();
    cluster.server.remove(routePath);
    cluster.server.put(routePath, theirs);
    expect(await writeRoute(writer, release, halves, seen)).toBe('conflict');
    expect(live().spec).toEqual(theirs.spec);
  });
});

test('a write that arrived before the connection broke is a conflict, so that it is looked at again', async () => {
  const seen = await look();
  const { api, server } = cluster;
  const send = api.send.bind(api);
  jest.spyOn(api, 'send').mockImplementation((request) => {
    if (request.method === 'PATCH') server.fail('reset');
    return send(request);
  });
  expect(await writeRoute(writer, release, halves, seen)).toBe('conflict');
  expect(patches()).toHaveLength(2);
  expect((await look()).route?.record).toMatchObject(record);
});

test('a route that cannot be told keeps its record for the eyes, and is not written', async () => {
  await write(halves);
  const http = [{ name: 'web', route: [{ destination: { host: 'demo' } }] }];
  cluster.server.put(routePath, { ...live(), spec: { ...theirs.spec, http } }, 'somebody');
  expect((await look()).route).toMatchObject({ split: {}, record, changedBy: 'somebody' });
  await expect(write(halves)).rejects.toMatchObject({ code: 'route-unsupported' });
  expect(patches()).toHaveLength(1);
});

describe('the record', () => {
  beforeEach(() => write(halves));

  test('changes without the route', async () => {
    const { spec } = live();
    const { digests = {} } = (await look()).route?.record ?? {};
    const next = { ...record, digests, step: 1 };
    expect(await writeRecord(writer, release, next, await look())).toBe('written');
    expect((await look()).route?.record).toEqual({ schema: 1, ...next });
    expect(live().spec).toEqual(spec);
    expect(touched().slice(2)).toEqual(['/metadata/annotations/handover~1release']);
  });

  test('is not written beside a route that is not as it was seen', async () => {
    const seen = await look();
    somebodyWrites();
    expect(await writeRecord(writer, release, { ...record, step: 1 }, seen)).toBe('conflict');
    expect((await look()).route?.record?.step).toBe(0);
  });

  test('keeps a request that an operator left', async () => {
    const request = { id: 'one', verb: 'abort' } as const;
    await leaveRequest(writer, release, request);
    await writeRecord(writer, release, { ...record, handled: 'one' }, await look());
    expect((await look()).route).toMatchObject({ record: { handled: 'one' }, request });
    await write(halves);
    expect((await look()).route?.request).toMatchObject(request);
  });

  test('that handover did not write is reported instead of guessed', async () => {
    const strange = { ...foreignNotes, [annotations.release]: '{"mode":"fly"}' };
    cluster.server.put(routePath, { ...live(), metadata: { ...live().metadata, annotations: strange } });
    await expect(look()).rejects.toThrow('expected what handover wrote');
  });
});

describe('a request', () => {
  const request = { id: 'two', verb: 'abort' } as const;

  test('is left again when the driver writes at the same moment', async () => {
    const { api } = cluster;
    const send = api.send.bind(api);
    let times = 2;
    jest.spyOn(api, 'send').mockImplementation((asked) => {
      if (asked.method === 'PATCH' && times-- > 0) somebodyWrites();
      return send(asked);
    });
    await leaveRequest(writer, release, request);
    expect(patches()).toHaveLength(3);
    expect((await look()).route?.request).toEqual({ ...request, digest: (await look()).route?.digest });
    expect(touched()).toEqual(Array(3).fill('/metadata/annotations/handover~1request'));
  });

  test('that cannot be left as the object changes every time is refused', async () => {
    const { api } = cluster;
    const send = api.send.bind(api);
    jest.spyOn(api, 'send').mockImplementation((asked) => {
      if (asked.method === 'PATCH') somebodyWrites();
      return send(asked);
    });
    await expect(leaveRequest(writer, release, request)).rejects.toMatchObject({ code: 'busy', fix: 'try again' });
    expect((await look()).route?.request).toBeUndefined();
  });

  test('to a service that is not installed is refused with the way out', async () => {
    cluster.server.remove(routePath);
    await expect(leaveRequest(writer, release, request)).rejects.toMatchObject({
      code: 'not-installed',
      fix: 'install it first: kubectl apply -f dist/',
    });
  });
});
