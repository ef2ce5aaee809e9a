import { readWorkloads } from '../../../../driver/istio/kubernetes/read-workloads';
import type { Pod } from '../../../../driver/kubernetes/objects';
import { collectionPath } from '../../../../driver/kubernetes/paths';
import type { ServiceShape } from '../../../../manifests';
import { labels, type Manifest } from '../../../../model';
import { carriedOf, monitorOf } from '../../../support/carried';
import type { StoredObject } from '../../../support/fake-api-server';
import { pathOf } from '../../../support/fake-discovery';
import { fakeCluster, install as put, podOf, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { bothVersions, releaseOf } from '../../../support/release';

const release = releaseOf({ versions: bothVersions, autoscaling: { minReplicas: 2, maxReplicas: 4, memory: '100Mi' } });
const carried = carriedOf(release, [monitorOf(release, 'v1'), monitorOf(release, 'v2')]);
const objectsOf = (version: string) => carried.versions[version]?.objects ?? [];

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
});
afterEach(() => cluster.close());

const look = (known: ServiceShape | undefined = carried) => {
  const pods = cluster.api.list<Pod>(collectionPath('Pod', release.namespace), { app: 'demo' });
  return readWorkloads(writerTo(cluster, known), release, pods);
};
/** As an autoscaler has set its replicas. */
const install = (status: Record<string, unknown> = { observedGeneration: 2 }, version = 'v1') =>
  put(
    cluster,
    objectsOf(version).map((each) => ({
      ...each,
      metadata: { ...each.metadata, generation: 2 },
      spec: { ...(each.spec as object), replicas: 2 },
      status,
    })),
  );
const remove = (kind: string, version = 'v1') => {
  const object = objectsOf(version).find((each) => each.kind === kind);
  if (object) cluster.server.remove(pathOf(object));
};
const servicePod = (name: string, over: Partial<StoredObject> = {}, version = 'v1') =>
  cluster.server.put(`/api/v1/namespaces/demo-ns/pods/${name}`, podOf(name, { app: 'demo', version }, over));

describe('versions', () => {
  test('are those of the labels of the contract, whatever their objects are called', async () => {
    const foreign = objectsOf('v1').find(({ kind }) => kind === 'Deployment') as Manifest;
    const named = (name: string, own: Record<string, string>) =>
      put(cluster, [{ ...foreign, metadata: { ...foreign.metadata, name, labels: own } }]);
    named('any-name', { [labels.service]: 'demo', [labels.version]: '1.5.0_RC' });
    named('demo-v7', { [labels.service]: 'other', [labels.version]: 'v7' });
    named('demo-v8', { app: 'demo', version: 'v8' });
    named('demo-v9', { [labels.service]: 'demo' });
    expect(Object.keys(await look())).toEqual(['1.5.0_RC']);
  });

  test('are seen that no manifest lists any more', async () => {
    install();
    install({ observedGeneration: 2 }, 'v2');
    const { versions, ...rest } = carried;
    const { v1 = undefined } = versions;
    expect(Object.keys(await look({ ...rest, versions: v1 ? { v1 } : {} }))).toEqual(['v1', 'v2']);
    expect(Object.keys(await readWorkloads(writerTo(cluster, undefined), release, Promise.resolve([])))).toEqual([
      'v1',
      'v2',
    ]);
  });

  test('are partial when the manifests have more objects of them', async () => {
    install();
    expect((await look()).v1?.isPartial).toBe(false);
    for (const kind of ['ConfigMap', 'PodDisruptionBudget', 'Monitor', 'HorizontalPodAutoscaler', 'Deployment']) {
      remove(kind);
      expect((await look()).v1?.isPartial).toBe(true);
      install();
    }
  });

  test('are never partial to a command without manifests: nobody knows what they should have', async () => {
    install();
    remove('ConfigMap');
    const seen = await readWorkloads(writerTo(cluster, undefined), release, Promise.resolve([]));
    expect(seen.v1?.isPartial).toBe(false);
  });

  test('are partial, not unknown, while the API server does not know a kind of theirs', async () => {
    install();
    cluster.server.unknownApis.push('/apis/monitoring.example.com');
    expect((await look()).v1).toMatchObject({ isPartial: true, desired: 2 });
  });

  test('without a Deployment are gone, with the pods that still end', async () => {
    install();
    install({ observedGeneration: 2, availableReplicas: 2 }, 'v2');
    remove('Deployment');
    const ending = servicePod('a');
    servicePod('a', { metadata: { ...ending.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    servicePod('b', {}, 'v2');
    const { v1, v2 } = await look();
    expect(v1).toMatchObject({ isGone: true, pods: 1, desired: 0, available: 0, trouble: 'it has no Deployment' });
    expect(v2?.isGone).toBeUndefined();
    cluster.server.remove('/api/v1/namespaces/demo-ns/pods/a');
    expect((await look()).v1).toMatchObject({ isGone: true, pods: 0 });
  });
});

describe('workloads', () => {
  test('are counted as the Deployment says', async () => {
    install({ observedGeneration: 2, availableReplicas: 2 });
    expect((await look()).v1).toMatchObject({
      image: 'registry.test/demo:1',
      contentHash: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      desired: 2,
      available: 2,
      isCurrent: true,
      trouble: undefined,
    });
  });

  test('whose status is older than their spec have told nothing yet', async () => {
    install({ observedGeneration: 1, availableReplicas: 2 });
    expect((await look()).v1).toMatchObject({ available: 0, isCurrent: false });
  });

  const waiting = (reason: string, message?: string) => [{ name: 'service', state: { waiting: { reason, message } } }];

  test.each([
    ['an image that cannot be pulled', waiting('ImagePullBackOff', 'no such tag'), 'p: ImagePullBackOff: no such tag'],
    ['a pod that only starts', waiting('ContainerCreating'), undefined],
    [
      'a crash',
      [
        {
          name: 'service',
          restartCount: 3,
          state: { running: {} },
          lastState: { terminated: { reason: 'Error', exitCode: 7 } },
        },
      ],
      'p: exit code 7 (Error), restarted 3 times',
    ],
  ])('tell of %s', async (_, containerStatuses, trouble) => {
    install({ observedGeneration: 2, availableReplicas: 0 });
    servicePod('p', { status: { phase: 'Running', containerStatuses } });
    expect((await look()).v1?.trouble).toBe(trouble);
  });

  test('tell of a pod that no node takes, of a quota, and of a missed deadline', async () => {
    const conditions = [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'too late' },
    ];
    install({ observedGeneration: 2, conditions });
    expect((await look()).v1?.trouble).toBe('too late');
    install({
      observedGeneration: 2,
      conditions: [...conditions, { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }],
    });
    expect((await look()).v1?.trouble).toBe('exceeded quota');
    const scheduled = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }];
    servicePod('p', { status: { phase: 'Pending', conditions: scheduled } });
    expect((await look()).v1?.trouble).toBe('p: Unschedulable: 0/1 nodes');
  });

  test('tell which probe fails, as the events do, and know less without the right to read events', async () => {
    install({ observedGeneration: 2 });
    const containerStatuses = [{ name: 'service', ready: false, state: { running: {} } }];
    servicePod('p', { status: { phase: 'Running', containerStatuses } });
    cluster.server.put('/api/v1/namespaces/demo-ns/events/e', {
      metadata: { name: 'e' },
      involvedObject: { name: 'p' },
      message: 'Readiness probe failed: 503\n',
    } as unknown as StoredObject);
    expect((await look()).v1?.trouble).toBe('p: Readiness probe failed: 503');
    cluster.server.unknownApis.push('/api/v1/namespaces/demo-ns/events');
    expect((await look()).v1?.trouble).toBeUndefined();
  });
});
