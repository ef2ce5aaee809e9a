import { subsetsElsewhere } from '../../../../driver/istio/kubernetes/other-rules';
import { objectPath } from '../../../../driver/kubernetes/paths';
import { fakeCluster, type FakeCluster } from '../../../support/kubernetes';
import { proxyWith } from '../../../support/observations';
import { releaseOf } from '../../../support/release';

const release = releaseOf();
let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
});
afterEach(() => cluster.close());

const put = (name: string, namespace: string, host: string, ...subsets: string[]) => {
  const spec = { host, subsets: subsets.map((each) => ({ name: each, labels: { version: 'v1' } })) };
  const metadata = { name, namespace };
  cluster.server.put(objectPath('DestinationRule', metadata), { metadata, spec });
};
const asked = (own: readonly string[], ...had: string[]) =>
  subsetsElsewhere(cluster.api, release, own, [proxyWith({ subsets: had })]);

test('a subset that a proxy has and our rule has not is found in other rules of the host, in any namespace', async () => {
  put('demo', 'demo-ns', 'demo', 'v1');
  put('colleague', 'demo-ns', 'demo', 'v2');
  put('client', 'team', 'demo.demo-ns.svc.cluster.local', 'v2');
  put('short', 'team', 'demo', 'v2'); // a Service of its own namespace
  expect(await asked(['v1'], 'v1', 'v2')).toEqual({ v2: ['demo-ns/colleague', 'team/client'] });
});

test('one that no rule has is an earlier one, on its way out', async () => {
  put('demo', 'demo-ns', 'demo', 'v1');
  expect(await asked(['v1'], 'v1', 'v2')).toEqual({ v2: [] });
});

test('an account that may not list them knows that proxies have it', async () => {
  cluster.server.fail(403);
  expect(await asked(['v1'], 'v1', 'v2')).toEqual({ v2: 'unknown' });
});

test('nobody is asked while proxies have what our rule has', async () => {
  const before = cluster.server.requests.length;
  expect(await asked(['v1', 'v2'], 'v1', 'v2')).toEqual({});
  expect(cluster.server.requests).toHaveLength(before);
});
