/** A Deployment of other people as a version, in an API server: what is found, what is written, and what is refused. */
import { adoptionOf } from '../../../../driver/istio/kubernetes/adoption';
import { writeRoute } from '../../../../driver/istio/kubernetes/write-route';
import { newSubset, removeVersion, writeSubsets } from '../../../../driver/istio/kubernetes/write-version';
import { objectPath } from '../../../../driver/kubernetes/paths';
import type { Manifest } from '../../../../model';
import { adopted } from '../../../support/adopted';
import { carriedOf } from '../../../support/carried';
import { pathOf } from '../../../support/fake-discovery';
import { fakeCluster, install, lookAtObjects, podOf, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { recordWith } from '../../../support/observations';
import { deployment, service, YamlFolder } from '../../../support/yaml-release';

const folder = new YamlFolder();
const release = folder.release({
  workload: folder.file('workload.yaml', deployment(), service()),
  inFlight: 'proxies',
  timings: { longestRequest: '2s' },
  versions: {
    v1: { adopt: { deployment: 'storefront', with: ['PodDisruptionBudget/storefront'] } },
    v2: { image: 'registry.test/demo:2' },
  },
});
const { namespace } = release;
const carried = carriedOf(release);
const labels = { tier: 'web', release: 'old', 'pod-template-hash': 'abc' };
const storefront: Manifest = {
  ...deployment({ labels: { release: 'old' } }),
  metadata: { name: 'storefront', namespace },
};
const budget: Manifest = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'storefront', namespace },
  spec: { maxUnavailable: 1, selector: { matchLabels: { release: 'old' } } },
};
const scalerOf = (name: string): Manifest => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'storefront', namespace },
  spec: { minReplicas: 1, maxReplicas: 4, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
});
const objects = [storefront, budget, scalerOf('')].map(({ apiVersion, kind }) => ({
  apiVersion,
  kind,
  name: 'storefront',
}));
const withScaler = adopted(release, { objects });
const inFront: Manifest = { ...service(), metadata: { name: 'demo', namespace } };
const destination = { host: `demo.${namespace}.svc.cluster.local`, port: { number: 80 } };
const wholeRoute: Manifest = {
  ...carried.virtualService,
  metadata: { name: 'demo', namespace, labels: { team: 'shop' } },
  spec: { ...(carried.virtualService.spec as object), http: [{ route: [{ destination }] }] },
};
const madeBy = (replicaSet: string) => [{ uid: replicaSet, kind: 'ReplicaSet', name: replicaSet, controller: true }];

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  install(cluster, [storefront, budget, inFront, wholeRoute]);
  putPod('storefront-abc-1', labels, 'storefront-abc');
});
afterEach(() => cluster.close());

function putPod(name: string, itsLabels: Record<string, string>, replicaSet: string, phase = 'Running'): void {
  const made = podOf(name, itsLabels);
  const pod = { ...made, status: { ...made.status, phase } };
  const metadata = { ...pod.metadata, namespace, ownerReferences: madeBy(replicaSet) };
  cluster.server.put(objectPath('Pod', { namespace, name }), { ...pod, metadata });
}

const look = () => lookAtObjects(writerTo(cluster, carried), release);

const live = (path: string) => cluster.server.get(path) as unknown as Manifest;
const routePath = objectPath('VirtualService', release);
const rulePath = objectPath('DestinationRule', release);

it('is found by its name, and its routes to the whole Service are routes to it', async () => {
  const seen = await look();
  expect(seen.workloads).toMatchObject({ v1: { image: 'any', desired: 1 } });
  expect(seen.route).toMatchObject({ split: { v1: 100 }, marker: '', whole: { change: { base: 'split' } } });
  expect(seen.route?.unsupported).toBeUndefined();
  expect(seen.route?.whole?.change?.fields.join()).toContain('subset');
});

it('gets a DestinationRule with its subset alone, which chooses all pods of the Service', async () => {
  const action = { kind: 'write-subsets', versions: ['v1'], creates: true } as const;
  expect(await writeSubsets(writerTo(cluster, carried), release, action, await look())).toBe('written');
  expect((live(rulePath).spec as { subsets: object[] }).subsets).toEqual([{ name: 'v1' }]);
  expect((await look()).subsets?.chosenBy).toEqual({ v1: '' });
  expect(await writeSubsets(writerTo(cluster, carried), release, action, await look())).toBe('conflict');
});

it('has its subset put back without labels by a driver that has no manifests', () => {
  expect(newSubset(undefined, release, 'v1')).toEqual({ name: 'v1' });
});

describe('its routes', () => {
  const record = recordWith({ marker: '' });
  const content = { kind: 'write-route', split: { v1: 100 }, headerVersions: [], probes: [] as string[] } as const;

  it('stay as they are beside a record, until it is taken over', async () => {
    const { spec } = live(routePath);
    const action = { ...content, marker: '', record };
    expect(await writeRoute(writerTo(cluster, carried), release, action, await look())).toBe('written');
    expect(live(routePath).spec).toEqual(spec);
    expect((await look()).route?.record?.id).toBe(record.id);
    const end = { ...content, marker: '', record: undefined };
    expect(await writeRoute(writerTo(cluster, carried), release, end, await look())).toBe('written');
    expect(live(routePath)).toMatchObject({ metadata: { labels: { team: 'shop' } }, spec });
    expect((await look()).route?.record).toBeUndefined();
  });

  it('differ from the manifests in nothing but what names it, until somebody edits them', async () => {
    expect((await look()).route?.whole?.beyond).toBeUndefined();
    const http = [{ timeout: '3s', route: [{ destination }] }];
    install(cluster, [{ ...wholeRoute, spec: { ...(wholeRoute.spec as object), http } }]);
    expect((await look()).route?.whole?.beyond?.join()).toContain('timeout');
  });

  it('name it when it is taken over, and nothing else of their owner changes', async () => {
    const next = { ...record, serial: 2, marker: 'split@r1.2' };
    const action = { ...content, marker: next.marker, record: next, changes: 'as in the manifests' } as const;
    expect(await writeRoute(writerTo(cluster, carried), release, action, await look())).toBe('written');
    expect(live(routePath)).toMatchObject({
      metadata: { labels: { team: 'shop' } },
      spec: { http: [{ name: 'split@r1.2', route: [{ destination: { subset: 'v1' }, weight: 100 }] }] },
    });
    expect((await look()).route).toMatchObject({ split: { v1: 100 }, marker: 'split@r1.2' });
    expect((await look()).route?.whole).toBeUndefined();
  });
});

it('is deleted with what the file names, the Deployment first', async () => {
  install(cluster, [carried.destinationRule]);
  const writer = writerTo(cluster, carried);
  expect(await removeVersion(writer, release, 'v1', await look())).toBe('written');
  expect(live(pathOf(storefront))).toBeUndefined();
  expect((await look()).workloads.v1).toMatchObject({ isGone: true, pods: 1 });
  expect(live(pathOf(budget))).toBeDefined();
  expect(await removeVersion(writer, release, 'v1', await look())).toBe('written');
  expect(live(pathOf(budget))).toBeUndefined();
  expect(live(pathOf(inFront))).toBeDefined();
});

describe('what the file names and its owner has given to others since', () => {
  const seen = () => lookAtObjects(writerTo(cluster, carried), withScaler);
  const lastOf = async () => {
    install(cluster, [carried.destinationRule]);
    const writer = writerTo(cluster, carried);
    for (let time = 0; time < 2; time++) await removeVersion(writer, withScaler, 'v1', await seen());
    expect(live(pathOf(storefront))).toBeUndefined();
    return cluster.server.paths;
  };

  it('stays when the version is deleted: an autoscaler of another Deployment', async () => {
    install(cluster, [scalerOf('colleague')]);
    expect((await seen()).workloads.v1?.autoscaler).toBeUndefined();
    expect(await lastOf()).toContain(pathOf(scalerOf('colleague')));
    expect((await seen()).workloads).not.toHaveProperty('v1');
  });

  it('stays when the version is deleted: a budget that protects pods of another Deployment', async () => {
    putPod('colleague-1', { tier: 'web', team: 'other' }, 'colleague-abc');
    install(cluster, [{ ...budget, spec: { maxUnavailable: 1, selector: { matchLabels: { tier: 'web' } } } }]);
    expect(await lastOf()).toContain(pathOf(budget));
  });

  it('is deleted all the same when the other pods have ended', async () => {
    putPod('colleague-1', { tier: 'web', team: 'other' }, 'colleague-abc', 'Succeeded');
    install(cluster, [{ ...budget, spec: { maxUnavailable: 1, selector: { matchLabels: { tier: 'web' } } } }]);
    expect(await lastOf()).not.toContain(pathOf(budget));
  });
});

describe('before the first write', () => {
  const problems = async () => (await adoptionOf(writerTo(cluster, carried), release)).problems.join('; ');
  const warnings = async () => (await adoptionOf(writerTo(cluster, carried), release)).warnings.join('; ');

  it('nothing is said where the Service chooses its pods and no others', async () => {
    putPod('other-1', { tier: 'db' }, 'other-abc');
    expect(await problems()).toBe('');
    expect(await warnings()).toBe('');
  });

  it('a pod of others behind the Service is named: in a release it would get no request any more', async () => {
    putPod('canary-1', { tier: 'web', release: 'new' }, 'storefront-canary-abc');
    expect(await problems()).toContain('other pods behind the Service');
    expect(await problems()).toContain('canary-1');
    install(cluster, [carried.virtualService]);
    expect(await problems()).toContain('canary-1');
  });

  it('a Service that leaves one of both out is told', async () => {
    install(cluster, [{ ...inFront, spec: { ...(inFront.spec as object), selector: { release: 'old' } } }]);
    expect(await problems()).toBe('a Service that does not select the pods of Deployment/demo-v2: release: old');
  });

  it('a subset of the next version that chooses its pods, too, is told', async () => {
    const both = { ...storefront, spec: deployment({ labels: { release: 'old', version: 'v2' } }).spec };
    install(cluster, [both]);
    expect(await problems()).toContain('a subset of v2 that chooses the pods of Deployment/storefront, too');
  });

  it('what serves others is a warning: it stays', async () => {
    putPod('colleague-1', { tier: 'db', team: 'other' }, 'colleague-abc');
    install(cluster, [scalerOf('colleague'), { ...budget, spec: { maxUnavailable: 1, selector: {} } }]);
    const found = await adoptionOf(writerTo(cluster, carried), withScaler);
    expect(found.warnings.join('; ')).toBe(
      'PodDisruptionBudget/storefront, which the release file adopts, protects pods of others, too: it stays as it is; ' +
        'HorizontalPodAutoscaler/storefront, which the release file adopts, scales Deployment/colleague: it stays as it is',
    );
  });

  it('a budget that covers the next version, too, is a warning, and so is one that is not there', async () => {
    install(cluster, [{ ...budget, spec: { maxUnavailable: 1, selector: { matchLabels: { tier: 'web' } } } }]);
    expect(await warnings()).toContain('PodDisruptionBudget/storefront chooses the pods of Deployment/demo-v2, too');
    cluster.server.remove(pathOf(budget));
    expect(await warnings()).toBe('PodDisruptionBudget/storefront, which the release file adopts, is not there');
  });
});
