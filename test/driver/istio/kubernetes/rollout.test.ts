/** The rollout of an adopted Deployment in an API server: what is seen of it, and how it is paused and resumed. */
import { setPaused } from '../../../../driver/istio/kubernetes/rollout';
import { writeSubsets } from '../../../../driver/istio/kubernetes/write-version';
import { objectPath } from '../../../../driver/kubernetes/paths';
import type { Manifest } from '../../../../model';
import { carriedOf } from '../../../support/carried';
import { pathOf } from '../../../support/fake-discovery';
import { fakeCluster, install, lookAtObjects, podOf, writerTo, type FakeCluster } from '../../../support/kubernetes';
import { deployment, service, YamlFolder } from '../../../support/yaml-release';

const folder = new YamlFolder();
const release = folder.release({
  workload: folder.file('workload.yaml', deployment(), service()),
  inFlight: 'proxies',
  timings: { longestRequest: '2s' },
  versions: { v1: { adopt: 'storefront' }, v2: { image: 'registry.test/demo:2' } },
});
const { namespace } = release;
const carried = carriedOf(release);

/** `labels` of its template change with each rollout; its selector never does. */
function storefront(spec: object, status: object, more: object = {}): Manifest {
  const { spec: usual } = deployment({ labels: { version: 'v1' } });
  const metadata = { name: 'storefront', namespace, generation: 3, ...more };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { ...usual, ...spec }, status };
}
const complete = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const noted = { annotations: { 'handover/paused': release.name } };

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
  install(cluster, [carried.virtualService, carried.destinationRule, storefront({}, complete)]);
  putPod('one', 'abc');
  putPod('two', 'abc');
});
afterEach(() => cluster.close());

function putPod(name: string, hash: string, metadata: object = {}, owner = `storefront-${hash}`, status = {}): void {
  const pod = podOf(name, { tier: 'web', version: 'v1', 'pod-template-hash': hash });
  const ownerReferences = [{ uid: owner, kind: 'ReplicaSet', name: owner, controller: true }];
  const path = objectPath('Pod', { namespace, name });
  const whole = { ...pod.metadata, namespace, ownerReferences, ...metadata };
  cluster.server.put(path, { ...pod, metadata: whole, status: { ...pod.status, ...status } });
}

const look = () => lookAtObjects(writerTo(cluster, carried), release);
const seen = async () => (await look()).workloads.v1?.rollout;
const live = (manifest: Manifest) => cluster.server.get(pathOf(manifest)) as unknown as Manifest;

describe('what is seen of it', () => {
  it('is complete, when its controller says so and all of its pods are of one template', async () => {
    expect(await seen()).toMatchObject({
      deployment: 'storefront',
      paused: 'no',
      isNoted: false,
      hashes: ['abc'],
      isRolling: false,
      isPending: false,
    });
  });

  it('is under way while pods of two templates live, or none of the newest, or its status is old', async () => {
    putPod('three', 'def');
    expect(await seen()).toMatchObject({ hashes: ['abc', 'def'], isRolling: true });
    putPod('three', 'def', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(await seen()).toMatchObject({ hashes: ['abc'], isRolling: false });
    install(cluster, [storefront({}, { ...complete, updatedReplicas: 0 })]);
    expect(await seen()).toMatchObject({ isRolling: true });
    install(cluster, [storefront({}, { ...complete, observedGeneration: 2 })]);
    expect(await seen()).toMatchObject({ isRolling: true });
  });

  it('is not of pods that have ended and are left behind, such as one that its node has evicted', async () => {
    for (const phase of ['Failed', 'Succeeded']) {
      putPod('three', 'def', {}, 'storefront-def', { phase });
      expect(await seen()).toMatchObject({ hashes: ['abc'], isRolling: false });
    }
  });

  it('cannot be told without a pod', async () => {
    for (const name of ['one', 'two']) cluster.server.remove(objectPath('Pod', { namespace, name }));
    expect(await seen()).toMatchObject({ hashes: [], isRolling: true });
  });

  it('waits, where it is paused and its template was changed', async () => {
    install(cluster, [storefront({ paused: true }, { ...complete, updatedReplicas: 0 }, noted)]);
    expect(await seen()).toMatchObject({ paused: 'by handover', isNoted: true, isRolling: false, isPending: true });
  });

  it('is paused by its owner, where no note of this service says otherwise', async () => {
    install(cluster, [storefront({ paused: true }, complete)]);
    expect(await seen()).toMatchObject({ paused: 'by others', isNoted: false });
    install(cluster, [storefront({ paused: true }, complete, { annotations: { 'handover/paused': 'another' } })]);
    expect(await seen()).toMatchObject({ paused: 'by others', isNoted: false });
  });

  it('is of its own pods, whatever their labels: also those of another version', async () => {
    putPod('three', 'ghi', {}, 'somebody-else-ghi');
    expect(await seen()).toMatchObject({ hashes: ['abc'] });
    putPod('three', 'def', { labels: { tier: 'web', version: 'v2', 'pod-template-hash': 'def' } });
    expect(await seen()).toMatchObject({ hashes: ['abc', 'def'] });
  });

  it('is nothing of a version that handover made', async () => {
    expect((await look()).workloads.v2?.rollout).toBeUndefined();
  });
});

describe('a pause', () => {
  const set = (isPaused: boolean, before: Awaited<ReturnType<typeof look>>) =>
    setPaused(writerTo(cluster, carried), release, { kind: 'set-paused', version: 'v1', isPaused }, before);

  it('leaves a note, and both are gone when it is resumed: the Deployment is as it was', async () => {
    const before = live(storefront({}, {}));
    expect(before.spec).not.toHaveProperty('paused');
    expect(await set(true, await look())).toBe('written');
    expect(live(before)).toMatchObject({
      metadata: { annotations: { 'handover/paused': release.name } },
      spec: { paused: true },
    });
    expect(await set(false, await look())).toBe('written');
    expect(live(before).spec).toEqual(before.spec);
    expect(live(before).metadata.annotations ?? {}).toEqual({});
  });

  it('is a conflict when somebody has changed the Deployment since the look: it may roll', async () => {
    const before = await look();
    install(cluster, [storefront({ replicas: 3 }, complete)]);
    expect(await set(true, before)).toBe('conflict');
    expect(await seen()).toMatchObject({ paused: 'no' });
  });
});

describe('its subset', () => {
  const subsets = () => (live(carried.destinationRule).spec as { subsets: object[] }).subsets;
  const choose = async (hash: string) => {
    const action = { kind: 'write-subsets', versions: ['v1', 'v2'], choose: { version: 'v1', hash } } as const;
    return writeSubsets(writerTo(cluster, carried), release, action, await look());
  };

  it('chooses by the template for the time of a release, and is as synth writes it afterwards', async () => {
    expect(await choose('abc')).toBe('written');
    expect(subsets()).toEqual([
      { name: 'v1', labels: { 'pod-template-hash': 'abc' } },
      { name: 'v2', labels: { version: 'v2' } },
    ]);
    expect((await look()).subsets?.chosenBy).toEqual({ v1: 'abc' });
    expect(await choose('')).toBe('written');
    expect(subsets()).toEqual((carried.destinationRule.spec as { subsets: object[] }).subsets);
    expect((await look()).subsets?.chosenBy).toEqual({ v1: '' });
  });
});
