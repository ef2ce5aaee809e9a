import { span, type Timed } from '../../../../driver/istio/simulation';
import { bothInstalled, oneInstalled, type Bench } from '../../../support/worlds';

const at = (ms: number) => span(ms, ms);
const addV2 = (bench: Bench) => bench.write({ kind: 'add-version', version: 'v2' });
const states = (bench: Bench, version: string) => bench.world.workloads.podsOf(version).map(({ state }) => state);
const timings = { shutdownDelay: '8s', longestRequest: '15s', exitMargin: '3s', drainWindow: '1s' };

describe('a Deployment', () => {
  it('has its pods available once they are ready and its status has caught up', async () => {
    const bench = oneInstalled({ startup: at(4_000), controllerDelay: at(500) });
    await addV2(bench);
    expect((await bench.look()).workloads.v2).toMatchObject({ desired: 2, available: 0, isCurrent: false });
    await bench.world.runOn(2_000);
    expect((await bench.look()).workloads.v2).toMatchObject({ available: 0, isCurrent: true });
    await bench.world.runOn(4_000);
    expect((await bench.look()).workloads.v2).toMatchObject({ available: 2, isCurrent: true });
  });

  it('counts a pod only after minReadySeconds', async () => {
    const bench = oneInstalled({ startup: at(1_000) }, { timings: { minReady: '10s' } });
    await addV2(bench);
    await bench.world.runOn(10_000);
    expect((await bench.look()).workloads.v2?.available).toBe(0);
    await bench.world.runOn(2_500);
    expect((await bench.look()).workloads.v2?.available).toBe(2);
  });

  it('of a version that never becomes ready has no available pods', async () => {
    const bench = oneInstalled({ neverReady: ['v2'] });
    await addV2(bench);
    await bench.world.runOn(3_600_000);
    expect((await bench.look()).workloads.v2).toMatchObject({ available: 0, isCurrent: true });
    expect((await bench.look()).workloads.v2?.trouble).toMatch(/pulled/);
  });

  it('replaces an evicted pod by a new one', async () => {
    const evict: Timed = { kind: 'evict', version: 'v1', pod: 0, when: { afterWrites: 0, ms: 10 } };
    const bench = oneInstalled({ accidents: [evict], startup: at(2_000) });
    await bench.world.runOn(20);
    expect(states(bench, 'v1')).toEqual(['terminating', 'ready', 'starting']);
    await bench.world.runOn(60_000);
    expect(states(bench, 'v1')).toEqual(['ready', 'ready']);
  });
});

describe('a pod that is deleted', () => {
  it('still serves during its preStop delay, finishes its requests, then goes', async () => {
    const bench = bothInstalled({}, { timings });
    await bench.world.runOn(5_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(3_000);
    await bench.write({ kind: 'remove-version', version: 'v1' });
    await bench.world.runOn(7_900);
    expect(states(bench, 'v1')).toEqual(['terminating', 'terminating']);
    await bench.world.runOn(200);
    expect(new Set(states(bench, 'v1'))).not.toContain('terminating');
    await bench.world.runOn(15_000);
    expect(states(bench, 'v1')).toEqual([]);
    expect(bench.world.result().lost).toEqual([]);
  });

  it('is killed at the end of its grace period, with the requests that are still in flight', async () => {
    const bench = bothInstalled({}, { timings: { ...timings, gracePeriod: '27s' } });
    for (const pod of bench.world.workloads.podsOf('v1')) {
      pod.accept({ proxy: 'gateway-1', subset: 'v1', sentBy: 'order', endMs: 60_000, isLost: false });
    }
    await bench.write({ kind: 'remove-version', version: 'v1' });
    await bench.world.runOn(28_000);
    expect(states(bench, 'v1')).toEqual([]);
    const cut = bench.world.result().lost.filter(({ cause }) => cause === 'UC');
    expect(cut).toHaveLength(2);
    expect(cut[0]).toMatchObject({ blame: 'order', version: 'v1' });
  });
});

describe('a pod that crashes', () => {
  const crash: Timed = { kind: 'crash', version: 'v1', pod: 0, downMs: 10_000, when: { afterWrites: 0, ms: 4_500 } };

  it('loses its requests in flight, for which no order of writes is to blame, and comes back', async () => {
    const bench = oneInstalled({ accidents: [crash] });
    await bench.world.runOn(4_600);
    expect(states(bench, 'v1')).toEqual(['starting', 'ready']);
    expect(await bench.until((seen) => seen.workloads.v1?.available === 1)).toBeDefined();
    expect((await bench.look()).workloads.v1?.trouble).toMatch(/terminated/);
    await bench.world.runOn(11_000);
    expect(states(bench, 'v1')).toEqual(['ready', 'ready']);
    const { lost } = bench.world.result();
    expect(new Set(lost.map(({ cause }) => cause))).toEqual(new Set(['UC', 'UF']));
    expect(lost.every(({ blame }) => blame === 'accident')).toBe(true);
  });
});

describe('an autoscaler', () => {
  const fields = { autoscaling: { minReplicas: 2, maxReplicas: 6, memory: '100Mi' } };

  it('keeps a version without traffic at its minimum, also when that is raised', async () => {
    const bench = oneInstalled({ loadPods: 5 }, fields);
    await addV2(bench);
    await bench.world.runOn(30_000);
    expect((await bench.look()).workloads.v2).toMatchObject({ desired: 2, autoscaler: { minimum: 2, maximum: 6 } });
    expect(await bench.write({ kind: 'set-minimum', version: 'v2', pods: 4 })).toBe('written');
    await bench.world.runOn(30_000);
    expect((await bench.look()).workloads.v2).toMatchObject({ desired: 4, available: 4 });
  });

  it('scales up soon after the traffic, and down only after five minutes', async () => {
    const bench = bothInstalled({ loadPods: 5 }, fields);
    await bench.world.runOn(1_000);
    await bench.route({ v2: 100 });
    await bench.world.runOn(60_000);
    expect((await bench.look()).workloads).toMatchObject({ v1: { desired: 5 }, v2: { desired: 5 } });
    await bench.world.runOn(360_000);
    expect((await bench.look()).workloads).toMatchObject({ v1: { desired: 2 }, v2: { desired: 5 } });
  });
});
