import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { observe, type Eyes } from '../../../../driver/istio/kubernetes/observe';
import { OtherStatus, type Get } from '../../../../driver/kubernetes/http-over';
import { RouteMemory } from '../../../../driver/istio/mesh/route-memory';
import { objectPath } from '../../../../driver/kubernetes/paths';
import { Window } from '../../../../driver/kubernetes/window';
import { fakeCluster, installTraffic, podOf, writerTo, type FakeCluster } from '../../../support/kubernetes';
import type { StoredObject } from '../../../support/fake-api-server';
import { bothVersions, releaseOf } from '../../../support/release';

const recorded = (name: string) => readFileSync(join(__dirname, '../mesh/recorded', `${name}.json`), 'utf8');
const fields = {
  name: 'shop',
  namespace: 'kadapter',
  hosts: ['shop.example.com'],
  versions: bothVersions,
  weights: { v1: 90, v2: 10 },
};
const release = releaseOf(fields);

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
});
afterEach(() => cluster.close());

/** Two pods of each version. */
const endpoints = JSON.stringify({
  configs: ['v1', 'v2'].map((version) => ({
    endpoint_config: {
      cluster_name: `outbound|8080|${version}|shop.kadapter.svc.cluster.local`,
      endpoints: [{ lb_endpoints: [{ health_status: 'HEALTHY' }, { health_status: 'HEALTHY' }] }],
    },
  })),
});

/** A proxy that answers as a real one did; others never do. */
const answer: Get = (path) => {
  if (path.includes('dynamic_route_configs')) return Promise.resolve(recorded('routes'));
  if (path.includes('dynamic_active_clusters')) return Promise.resolve(recorded('active'));
  if (path.includes('dynamic_warming_clusters')) return Promise.resolve('{}');
  if (path.includes('dynamic_endpoint_configs')) return Promise.resolve(endpoints);
  return Promise.resolve(recorded('clusters'));
};
const eyes = (over: Partial<Eyes> = {}): Eyes => ({
  ...writerTo(cluster, undefined),
  askProxy: (_, conversation) => conversation(answer),
  askPod: () => Promise.reject(new Error('not asked in this test')),
  sendProbe: () => Promise.reject(new Error('not probed in this test')),
  routes: new RouteMemory(),
  window: new Window(),
  nowMs: () => 42,
  ...over,
});
const look = (over: Partial<Eyes> = {}, inFlightOf: string[] = []) =>
  observe(eyes(over), release, { evidence: 'proxy', inFlightOf });
const gateway = (name: string, over: Partial<StoredObject> = {}) => {
  const pod = podOf(name, { istio: 'ingressgateway' }, over);
  const metadata = { ...pod.metadata, namespace: 'edge' };
  return cluster.server.put(`/api/v1/namespaces/edge/pods/${name}`, { ...pod, metadata });
};
const servicePod = (name: string, over: Partial<StoredObject> = {}) => {
  const pod = podOf(name, { app: 'shop', version: 'v1' }, over);
  const metadata = { ...pod.metadata, namespace: 'kadapter' };
  return cluster.server.put(`/api/v1/namespaces/kadapter/pods/${name}`, { ...pod, metadata });
};

test('clusters from another DestinationRule are found where the service has none of its own yet', async () => {
  gateway('a');
  const metadata = { name: 'old', namespace: 'kadapter' };
  const spec = { host: 'shop', subsets: [{ name: 'v1' }] };
  cluster.server.put(objectPath('DestinationRule', metadata), { metadata, spec });
  expect((await look()).subsetsElsewhere).toEqual({ v1: ['kadapter/old'], v2: [] });
});

describe('proxies', () => {
  test('are the gateways of any namespace, with what each holds', async () => {
    gateway('a');
    const { proxies, atMs } = await look();
    const ready = { state: 'active', healthyEndpoints: 2 };
    expect(atMs).toBe(42);
    expect(proxies).toEqual([
      {
        name: 'a.edge',
        kind: 'gateway',
        clusters: { v1: ready, v2: ready },
        routes: [{ host: 'shop.example.com', marker: 'v1-90.v2-10', split: { v1: 90, v2: 10 } }],
        namedVersions: ['v1', 'v2'],
      },
    ]);
  });

  test('know a pod by its address: of one that is gone no endpoint counts', async () => {
    gateway('a');
    // The recorded Envoy has v1 at 198.18.0.7 and 198.18.0.10.
    servicePod('one', { status: { podIP: '198.18.0.7', conditions: [{ type: 'Ready', status: 'True' }] } });
    const { proxies } = await look({}, ['v1']);
    expect(proxies).toMatchObject([{ clusters: { v1: { healthyEndpoints: 1 }, v2: { healthyEndpoints: 0 } } }]);
  });

  test('are seen in a look that has a beginning and an end, and the API server’s time', async () => {
    gateway('a');
    let nowMs = 0;
    const seen = await look({ nowMs: () => nowMs, askProxy: (_, talk) => ((nowMs = 9_000), talk(answer)) });
    expect([seen.atMs, seen.endedMs]).toEqual([0, 9_000]);
    expect(Math.abs(seen.serverMs - Date.now())).toBeLessThan(60_000);
  });

  test('are asked for their requests in flight only while a drain waits, and after their routes', async () => {
    gateway('a');
    const paths: string[] = [];
    const askProxy: Eyes['askProxy'] = (_, talk) => talk((path) => (paths.push(path), answer(path)));
    await look({ askProxy });
    expect(paths.filter((path) => path.startsWith('/clusters'))).toEqual([]);
    paths.length = 0;
    const { proxies } = await look({ askProxy }, ['v1']);
    expect(proxies).toMatchObject([
      { clusters: { v1: { healthyEndpoints: 2, activeRequests: 0, connectionsBegun: 0 } } },
    ]);
    expect(paths.map((path) => path.split('?')[0])).toEqual([
      '/config_dump',
      '/config_dump',
      '/config_dump',
      '/clusters',
    ]);
    expect(paths[0]).toContain('dynamic_route_configs');
  });

  test('that do not answer are named, not left out', async () => {
    gateway('a');
    gateway('b');
    const askProxy: Eyes['askProxy'] = ({ pod }, talk) =>
      pod === 'b' ? Promise.reject(new Error('no answer within 2000 ms')) : talk(answer);
    const { proxies } = await look({ askProxy });
    expect(proxies).toMatchObject([{ name: 'a.edge' }, { name: 'b.edge', unreadable: 'no answer within 2000 ms' }]);
  });

  test('that answer with something else are unreadable', async () => {
    gateway('a');
    const { proxies } = await look({ askProxy: (_, talk) => talk(() => Promise.resolve('<html>')) });
    expect(proxies).toEqual([
      { name: 'a.edge', kind: 'gateway', unreadable: expect.stringContaining('JSON') as string },
    ]);
  });

  test('that are gone when they do not answer are left out', async () => {
    gateway('a');
    const askProxy: Eyes['askProxy'] = () => {
      cluster.server.remove('/api/v1/namespaces/edge/pods/a');
      return Promise.reject(new Error('closed'));
    };
    expect((await look({ askProxy })).proxies).toEqual([]);
  });

  test('count while they are ending or not ready, as they serve the connections that they have', async () => {
    const containerStatuses = [{ name: 'istio-proxy', ready: false, state: { running: {} } }];
    gateway('unready', { status: { phase: 'Running', containerStatuses } });
    const { metadata, ...rest } = gateway('ending');
    gateway('ending', { ...rest, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect((await look()).proxies.map(({ name }) => name)).toEqual(['unready.edge', 'ending.edge']);
  });

  test('do not count before they run, or after their containers have ended', async () => {
    gateway('pending', { status: { phase: 'Pending' } });
    const containerStatuses = [{ name: 'istio-proxy', state: { terminated: { exitCode: 0 } } }];
    gateway('ended', { status: { phase: 'Running', containerStatuses } });
    expect((await look()).proxies).toEqual([]);
  });

  test('are asked sixteen at a time at most', async () => {
    Array.from({ length: 40 }, (_, index) => gateway(`g${index}`));
    let now = 0;
    let most = 0;
    const askProxy: Eyes['askProxy'] = async (_, talk) => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return talk(answer);
    };
    expect((await look({ askProxy })).proxies).toHaveLength(40);
    expect(most).toBe(16);
  });
});

describe('sidecars', () => {
  const inMesh = releaseOf({ ...fields, gateways: ['own', 'mesh'] });
  const lookAround = (over: Partial<Eyes> = {}) => observe(eyes(over), inMesh, { evidence: 'proxy', inFlightOf: [] });
  const client = (name: string, over: Partial<StoredObject> = {}, role = 'sidecar') => {
    const proxy = { name: 'istio-proxy', args: ['proxy', role, '--domain', 'x'] };
    const running = { name: 'istio-proxy', state: { running: {} } };
    const pod = podOf(name, {}, { spec: { initContainers: [proxy] } });
    const status = { phase: 'Running', initContainerStatuses: [running] };
    const stored = { ...pod, status, ...over, metadata: { ...pod.metadata, namespace: 'clients' } };
    return cluster.server.put(`/api/v1/namespaces/clients/pods/${name}`, stored);
  };
  const host = 'shop.kadapter.svc.cluster.local';
  /** What a real one held: the same routes, for the host of the Service. */
  const knowing: Get = async (path) => (await answer(path)).replaceAll('"shop.example.com"', `"${host}"`);
  const knowingNothing =
    (state: string): Get =>
    (path) =>
      path !== '/ready' || state === 'LIVE'
        ? Promise.resolve('{}')
        : Promise.reject(new OtherStatus(`it answered 503: ${state}`));
  const asking =
    (answers: Record<string, Get>): Eyes['askProxy'] =>
    ({ pod }, talk) =>
      talk(answers[pod] ?? answer);

  beforeEach(() => void gateway('edge'));

  test('are asked when the release file lists the mesh, and hold the host of the Service', async () => {
    client('a');
    expect((await look()).proxies.map(({ name }) => name)).toEqual(['edge.edge']);
    const { proxies } = await lookAround({ askProxy: asking({ a: knowing }) });
    expect(proxies).toMatchObject([
      { name: 'a.clients', kind: 'sidecar', routes: [{ host, marker: 'v1-90.v2-10', split: { v1: 90, v2: 10 } }] },
      { name: 'edge.edge', kind: 'gateway', routes: [{ host: 'shop.example.com' }] },
    ]);
  });

  test('that see the Service and do not have the route yet are waited for, not left out', async () => {
    client('a');
    const istiosOwn = { domains: [host], routes: [{ name: 'default', route: { cluster: `outbound|8080||${host}` } }] };
    const route_config = { name: '8080', virtual_hosts: [istiosOwn] };
    const dump = JSON.stringify({ configs: [{ last_updated: '2026-11-27T12:00:00Z', route_config }] });
    const behind: Get = (path) =>
      path.includes('route_configs') ? Promise.resolve(dump) : knowingNothing('LIVE')(path);
    const { proxies } = await lookAround({ askProxy: asking({ a: behind }) });
    expect(proxies[0]).toMatchObject({ name: 'a.clients', routes: [] });
  });

  test('from which the Service is kept away do not serve the route, and hold up nothing', async () => {
    client('apart');
    const { proxies } = await lookAround({ askProxy: asking({ apart: knowingNothing('LIVE') }) });
    expect(proxies.map(({ name }) => name)).toEqual(['edge.edge']);
  });

  test('that have no configuration yet cannot tell whether they will serve it', async () => {
    client('early');
    const { proxies } = await lookAround({ askProxy: asking({ early: knowingNothing('INITIALIZING') }) });
    const unreadable = 'its Envoy has no configuration yet: it answered 503: INITIALIZING';
    expect(proxies[0]).toEqual({ name: 'early.clients', kind: 'sidecar', unreadable });
  });

  test('that get their configuration while they are asked are no sidecars that never get any', async () => {
    client('a');
    let hasConfiguration = false;
    const starting: Get = (path) => {
      if (path === '/ready') hasConfiguration = true;
      return hasConfiguration ? knowing(path) : knowingNothing('LIVE')(path);
    };
    const { proxies } = await lookAround({ askProxy: asking({ a: starting }) });
    expect(proxies[0]).toMatchObject({ name: 'a.clients', routes: [{ host, marker: 'v1-90.v2-10' }] });
  });

  test('of a pod that is still Pending count from the moment they run', async () => {
    client('starts', {
      status: { phase: 'Pending', initContainerStatuses: [{ name: 'istio-proxy', state: { running: {} } }] },
    });
    const { proxies } = await lookAround({ askProxy: asking({ starts: knowing }) });
    expect(proxies.map(({ name }) => name)).toContain('starts.clients');
  });

  test('do not count in a job that is done, before they run, or when they are another gateway', async () => {
    const ended = { name: 'istio-proxy', state: { terminated: { exitCode: 0 } } };
    client('done', { status: { phase: 'Succeeded', initContainerStatuses: [ended] } });
    client('pending', { status: { phase: 'Pending' } });
    client('egress', {}, 'router');
    expect((await lookAround()).proxies.map(({ name }) => name)).toEqual(['edge.edge']);
  });

  test('that end while they are asked are left out; any other that does not answer is named', async () => {
    client('ends');
    client('mute');
    const askProxy: Eyes['askProxy'] = ({ pod }, talk) => {
      if (pod === 'edge') return talk(answer);
      if (pod === 'ends') cluster.server.remove('/api/v1/namespaces/clients/pods/ends');
      return Promise.reject(new Error('closed'));
    };
    expect((await lookAround({ askProxy })).proxies).toMatchObject([
      { name: 'mute.clients', kind: 'sidecar', unreadable: 'closed' },
      { name: 'edge.edge' },
    ]);
  });
});

describe('requests in flight', () => {
  const metrics = (count: string) => `# TYPE handover_requests_in_flight gauge\nhandover_requests_in_flight ${count}\n`;
  const counts = (answers: Record<string, string>): Partial<Eyes> => ({
    askPod: ({ pod }, port, talk) =>
      talk((path) => {
        expect([port, path]).toEqual([8080, '/metrics']);
        return pod in answers ? Promise.resolve(answers[pod] ?? '') : Promise.reject(new Error('no answer'));
      }),
  });

  test('are asked only of the versions that a drain waits for', async () => {
    servicePod('a');
    expect((await look()).inFlight).toEqual({});
    expect((await look(counts({ a: metrics('3') }), ['v1', 'v2'])).inFlight).toEqual({ v1: 3, v2: 0 });
  });

  test('are the sum over all pods that run, ending ones included', async () => {
    servicePod('a');
    const { metadata, ...rest } = servicePod('ending');
    servicePod('ending', { ...rest, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    servicePod('done', { status: { phase: 'Succeeded' } });
    const seen = await look(counts({ a: metrics('3'), ending: metrics('4') }), ['v1']);
    expect(seen.inFlight).toEqual({ v1: 7 });
  });

  test.each([
    ['does not answer', {}],
    ['does not know its own number', { a: '# nothing here\n' }],
    ['says something that is no number', { a: metrics('NaN') }],
  ])('are unknown when a pod that runs %s', async (_, answers) => {
    servicePod('a');
    expect((await look(counts(answers), ['v1'])).inFlight).toEqual({ v1: 'unknown' });
  });

  describe('by the pods own sidecars', () => {
    const bySidecar = releaseOf({ ...fields, inFlight: 'sidecar' });
    const lookInside = (answers: Record<string, string>) =>
      observe(eyes({ askProxy: ({ pod }, talk) => talk(() => Promise.resolve(answers[pod] ?? '{}')) }), bySidecar, {
        evidence: 'assumed',
        inFlightOf: ['v1'],
      });
    const inbound = (...counts: number[]) =>
      JSON.stringify({
        cluster_statuses: [
          { name: 'outbound|8080|v1|other', host_statuses: [{ stats: [{ name: 'rq_active', value: '9' }] }] },
          ...counts.map((value, port) => ({
            name: `inbound|${9000 + port}||`,
            host_statuses: [{ stats: [{ name: 'rq_active', value: String(value) }] }],
          })),
        ],
      });
    const withSidecar = (name: string) =>
      servicePod(name, {
        status: { phase: 'Running', containerStatuses: [{ name: 'istio-proxy', ready: true, state: { running: {} } }] },
      });

    test('are what came in by every port, and not what the pod itself sends', async () => {
      withSidecar('a');
      withSidecar('b');
      expect((await lookInside({ a: inbound(2, 1), b: inbound(0) })).inFlight).toEqual({ v1: 3 });
    });

    test.each([
      ['has no sidecar', () => servicePod('a'), inbound(0)],
      ['has a sidecar without configuration', () => withSidecar('a'), '{}'],
      ['has a sidecar that does not count', () => withSidecar('a'), inbound(0).replaceAll('rq_active', 'other')],
    ])('are unknown when a pod that runs %s', async (_, put, answered) => {
      put();
      expect((await lookInside({ a: answered })).inFlight).toEqual({ v1: 'unknown' });
    });
  });

  test('are read from the metric that the file names', async () => {
    servicePod('a');
    const inFlight = { port: 9797, path: '/stats', gauge: 'busy' };
    const askPod: Eyes['askPod'] = (_, port, talk) =>
      talk((path) => Promise.resolve([port, path].join() === '9797,/stats' ? 'busy{code="200"} 4' : ''));
    const seen = observe(eyes({ askPod }), releaseOf({ ...fields, inFlight }), {
      evidence: 'proxy',
      inFlightOf: ['v1'],
    });
    expect((await seen).inFlight).toEqual({ v1: 4 });
  });

  test('are said to be counted at proxies alone when the file says so, and no pod is asked', async () => {
    servicePod('a');
    const seen = observe(eyes(), releaseOf({ ...fields, inFlight: 'proxies' }), {
      evidence: 'proxy',
      inFlightOf: ['v1'],
    });
    expect((await seen).inFlight).toEqual({ v1: 'proxies only' });
  });

  test('do not count a pod that ended while it was asked', async () => {
    servicePod('a');
    const askPod: Eyes['askPod'] = () => {
      cluster.server.remove('/api/v1/namespaces/kadapter/pods/a');
      return Promise.reject(new Error('closed'));
    };
    expect((await look({ askPod }, ['v1'])).inFlight).toEqual({ v1: 0 });
  });
});

test('route and subsets are none before they are installed', async () => {
  expect(await look()).toMatchObject({ route: undefined, subsets: undefined, workloads: {}, proxies: [] });
  installTraffic(cluster, release);
  const { route, subsets } = await look();
  expect(route).toMatchObject({ split: { v1: 90, v2: 10 }, marker: 'split', base: 'split', isOwned: false });
  expect(subsets).toMatchObject({ versions: ['v1', 'v2'], isOwned: false });
});
