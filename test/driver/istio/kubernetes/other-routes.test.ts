/** What others route: VirtualServices that name our versions, and gateways that somebody made serve our route. */
import { namedElsewhereOf } from '../../../../driver/istio/kubernetes/other-routes';
import { gatewaySelectors } from '../../../../driver/istio/mesh/gateway-selectors';
import { gatewayPods, nameOf, proxyPods } from '../../../../driver/istio/mesh/proxy-pods';
import type { VirtualService } from '../../../../driver/kubernetes/objects';
import { collectionPath, objectPath } from '../../../../driver/kubernetes/paths';
import { fakeCluster, installTraffic, podOf, type FakeCluster } from '../../../support/kubernetes';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({ versions: bothVersions, weights: { v1: 100 } });

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  installTraffic(cluster, release);
});
afterEach(() => cluster.close());

const put = (kind: string, namespace: string, name: string, spec: Record<string, unknown>) =>
  cluster.server.put(objectPath(kind, { namespace, name }), {
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name, namespace },
    spec,
  });
const to = (subset: string) => [{ route: [{ destination: { host: 'demo.demo-ns.svc.cluster.local', subset } }] }];

describe("another team's VirtualService that names the old subset", () => {
  test('is told by its name, in its own namespace, and ours is not', async () => {
    put('VirtualService', 'demo-ns', 'batch', { hosts: ['demo'], http: to('v1') });
    put('VirtualService', 'demo-ns', 'other', {
      hosts: ['other'],
      http: [{ route: [{ destination: { host: 'x' } }] }],
    });
    expect(await namedElsewhereOf(cluster.api, release, ['v1', 'v2'])).toEqual({ v1: ['demo-ns/batch'], v2: [] });
  });

  test('is not taken for absent by an account that may not read all of them', async () => {
    cluster.server.fail(403);
    await expect(namedElsewhereOf(cluster.api, release, ['v1'])).rejects.toMatchObject({ status: 403 });
    expect(cluster.server.requests.at(-1)?.path).toBe(collectionPath('VirtualService'));
  });

  test('is not looked for while no version leaves', async () => {
    const before = cluster.server.requests.length;
    expect(await namedElsewhereOf(cluster.api, release, [])).toEqual({});
    expect(cluster.server.requests).toHaveLength(before);
  });
});

describe('the gateways that are asked', () => {
  const route = (...gateways: string[]) =>
    ({ metadata: { name: 'demo', namespace: 'demo-ns' }, spec: { gateways } }) as unknown as VirtualService;
  const gateway = (app: string, ...hosts: string[]) => ({ selector: { app }, servers: [{ hosts }] });
  const file = release.gateway.selector;

  test('are those that the live Gateway selects, also after somebody widened its selector by hand', async () => {
    put('Gateway', 'demo-ns', 'demo', gateway('edge', '*'));
    const found = await gatewaySelectors(cluster.api, release, route('demo', 'mesh'));
    expect(found).toEqual([{ selector: { app: 'edge' }, hosts: [...release.hosts] }]);
  });

  test('are those of each Gateway that the route names, shared ones of other namespaces included', async () => {
    put('Gateway', 'demo-ns', 'demo', gateway('edge', '*'));
    put('Gateway', 'infra', 'shared', gateway('public', '*'));
    const found = await gatewaySelectors(cluster.api, release, route('demo', 'infra/shared'));
    expect(found.map(({ selector }) => selector)).toEqual([{ app: 'edge' }, { app: 'public' }]);
  });

  test('have the route for the hosts that their own Gateways let in, and once each', async () => {
    const both = { ...release, hosts: ['public.example.com', 'internal.example.com'] };
    put('Gateway', 'demo-ns', 'outer', gateway('edge', 'public.example.com'));
    put('Gateway', 'demo-ns', 'inner', gateway('inside', 'internal.example.com'));
    put('Gateway', 'demo-ns', 'also', gateway('inside', 'other.example.com'));
    cluster.server.put('/api/v1/namespaces/edge/pods/a', podOf('a', { app: 'edge' }));
    cluster.server.put('/api/v1/namespaces/edge/pods/b', podOf('b', { app: 'inside' }));
    const selections = await gatewaySelectors(cluster.api, both, route('outer', 'inner', 'also'));
    expect((await gatewayPods(cluster.api, selections)).map(({ pod, hosts }) => [pod.metadata.name, hosts])).toEqual([
      ['a', ['public.example.com']],
      ['b', ['internal.example.com']],
    ]);
  });

  test('are those of the file when the Gateway is not there, or no route is', async () => {
    expect(await gatewaySelectors(cluster.api, release, route('demo'))).toEqual([{ selector: file }]);
    expect(await gatewaySelectors(cluster.api, release, undefined)).toEqual([{ selector: file }]);
  });

  test('are not guessed when the Gateway may not be read', async () => {
    cluster.server.fail(403);
    await expect(gatewaySelectors(cluster.api, release, route('demo'))).rejects.toMatchObject({ status: 403 });
  });

  test('are all pods of gateways when the selector is empty, and no other pods', async () => {
    const pod = (name: string, role: string) =>
      cluster.server.put(`/api/v1/namespaces/edge/pods/${name}`, {
        ...podOf(name, {}, { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', role] }] } }),
      });
    pod('gateway', 'router');
    pod('client', 'sidecar');
    expect((await gatewayPods(cluster.api, [{ selector: {} }])).map(({ pod: found }) => found.metadata.name)).toEqual([
      'gateway',
    ]);
  });
});

describe('the sidecars that are asked', () => {
  test("are not ambient's ztunnels, whose container has the same name", async () => {
    const mesh = releaseOf({ versions: bothVersions, weights: { v1: 100 }, gateways: ['own', 'mesh'] });
    const status = { phase: 'Running', containerStatuses: [{ name: 'istio-proxy', state: { running: {} } }] };
    for (const role of ['sidecar', 'ztunnel', 'waypoint']) {
      const spec = { containers: [{ name: 'istio-proxy', args: ['proxy', role] }] };
      const found = podOf(role, {}, { spec, status });
      cluster.server.put(`/api/v1/namespaces/team/pods/${role}`, found);
    }
    const asked = await proxyPods(cluster.api, mesh, [{ selector: mesh.gateway.selector }]);
    expect(asked.map(({ pod }) => nameOf(pod).split('.')[0])).toEqual(['sidecar']);
  });
});
