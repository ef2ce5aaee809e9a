import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { observe, type Eyes } from '../../../../driver/istio/kubernetes/observe';
import { writeRoute } from '../../../../driver/istio/kubernetes/write-route';
import { addVersion } from '../../../../driver/istio/kubernetes/write-version';
import { isRead } from '../../../../driver/istio/observation';
import type { Get } from '../../../../driver/kubernetes/http-over';
import { RouteMemory } from '../../../../driver/istio/mesh/route-memory';
import { Window } from '../../../../driver/kubernetes/window';
import { carriedOf } from '../../../support/carried';
import { fakeCluster, installTraffic, podOf, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { releaseOf } from '../../../support/release';

const image = (tag: string) => ({ image: `registry.test/shop:${tag}` });
const release = releaseOf({
  name: 'shop',
  namespace: 'kadapter',
  hosts: ['shop.example.com'],
  versions: { v1: image('1'), '1.5.0': image('1.5.0') },
  weights: { v1: 90, '1.5.0': 10 },
  headerRoutes: [{ header: 'x-canary', exact: 'yes', version: '1.5.0' }],
});
const carried = carriedOf(release);

/** What a real proxy answered, with the subset of 1.5.0 in the place of another. */
const recorded = (name: string) =>
  readFileSync(join(__dirname, '../mesh/recorded', `${name}.json`), 'utf8').replaceAll('|v2|', '|1-5-0|');
const answer: Get = (path) => {
  const dump = ['dynamic_route_configs', 'dynamic_active_clusters', 'dynamic_warming_clusters'];
  const place = dump.findIndex((part) => path.includes(part));
  if (place === 2) return Promise.resolve('{}');
  return Promise.resolve(recorded(['routes', 'active'][place] ?? 'clusters'));
};

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  installTraffic(cluster, release);
  const pod = podOf('a', { istio: 'ingressgateway' });
  const status = { ...pod.status, podIP: '10.0.0.1' };
  cluster.server.put('/api/v1/namespaces/edge/pods/a', {
    ...pod,
    status,
    metadata: { ...pod.metadata, namespace: 'edge' },
  });
});
afterEach(() => cluster.close());

const look = (evidence: 'proxy' | 'probe', from: ReturnType<typeof releaseOf> = release) => {
  const eyes: Eyes = {
    ...writerTo(cluster, undefined),
    askProxy: (_, conversation) => conversation(answer),
    askPod: () => Promise.reject(new Error('not asked in this test')),
    sendProbe: () => Promise.resolve({ status: 200, headers: { 'x-handover-route': 'k3f9.2' }, hasBody: false }),
    routes: new RouteMemory(),
    window: new Window(),
    nowMs: () => 0,
  };
  return observe(eyes, from, { evidence, inFlightOf: [] });
};

describe('a version whose name is no DNS label', () => {
  test('has its own name in split, pinned routes and subsets', async () => {
    const { route, subsets } = await look('proxy');
    expect(route).toMatchObject({ split: { v1: 90, '1.5.0': 10 }, headerVersions: ['1.5.0'], otherVersions: [] });
    expect(subsets?.versions).toEqual(['v1', '1.5.0']);
  });

  test('has its own name in the clusters and routes of each proxy', async () => {
    const [proxy] = (await look('proxy')).proxies.filter(isRead);
    expect(Object.keys(proxy?.clusters ?? {})).toEqual(['v1', '1.5.0']);
    expect(proxy?.routes).toMatchObject([{ split: { v1: 90, '1.5.0': 10 } }]);
    expect(proxy?.namedVersions.toSorted()).toEqual(['1.5.0', 'v1']);
  });

  test('has its own name among workloads, also when the file does not list it any more', async () => {
    await addVersion(writerTo(cluster, carried), '1.5.0');
    const shrunk = releaseOf({ name: 'shop', namespace: 'kadapter', hosts: ['shop.example.com'] });
    const { workloads, subsets } = await look('proxy', shrunk);
    expect(Object.keys(workloads)).toEqual(['1.5.0']);
    expect(subsets?.versions).toEqual(['v1', '1.5.0']);
  });

  test('is routed and probed by the name that is seen afterwards', async () => {
    const record = {
      mode: 'run' as const,
      stable: 'v1',
      canary: '1.5.0',
      step: 0,
      since: new Date(0).toISOString(),
      id: 'k3f9',
      serial: 2,
      marker: 'split@k3f9.2',
      podsForAll: 1,
      evidence: [],
      digests: {},
      exceptions: [],
    };
    const action = {
      kind: 'write-route' as const,
      split: { v1: 100 },
      headerVersions: [],
      probes: ['1.5.0'],
      marker: record.marker,
      record,
    };
    expect(await writeRoute(writerTo(cluster, carried), release, action, await look('proxy'))).toBe('written');
    const { route, proxies } = await look('probe');
    expect(route).toMatchObject({ split: { v1: 100 }, headerVersions: [], probes: ['1.5.0'], otherVersions: [] });
    expect(proxies).toMatchObject([
      { markers: { 'shop.example.com': 'split@k3f9.2' }, answers: { '1.5.0': 'answered' } },
    ]);
  });
});
