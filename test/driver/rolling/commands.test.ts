import { exitCodes, Refusal } from '../../../model';
import type { Faults } from '../../support/rolling-cluster';
import type { Trouble } from '../../../driver/core/trouble';
import { rollingFile as fileOf, rollingIo } from '../../support/rolling-io';

const badImage: Trouble = { kind: 'image', text: 'pod-4: ImagePullBackOff', isLasting: true };
const failingProbe: Trouble = { kind: 'probe', text: 'pod-4: Readiness probe failed: 503', isLasting: false };

/** v1 is installed and serves. */
async function installed(faults: Faults = {}) {
  const { cluster, handover, stop } = rollingIo();
  expect(await handover(fileOf('v1'), 'apply')).toMatchObject({ code: exitCodes.completed });
  cluster.faults = faults;
  cluster.writes.length = 0;
  return { cluster, handover, stop };
}

describe('handover apply of a rolling update', () => {
  it('installs everything where there is nothing', async () => {
    const { handover } = await installed();
    expect(await handover(fileOf('v1'), 'plan')).toMatchObject({ code: exitCodes.completed });
  });

  it('waits for an API server that is away, and says so once', async () => {
    const { cluster, handover } = await installed();
    const observe = cluster.observe.bind(cluster);
    const away = new Refusal('unreachable', 'an answer from the API server', 'connection refused', 'wait for it');
    let looks = 0;
    jest.spyOn(cluster, 'observe').mockImplementation((release) => {
      looks++;
      return looks > 2 && looks < 6 ? Promise.reject(away) : observe(release);
    });
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.completed);
    expect(err.match(/the API server does not answer/g)).toHaveLength(1);
    expect(err).toContain('the API server answers again');
  });

  it('is complete only when the old pods are gone, those that are ending included', async () => {
    const { handover } = await installed();
    const { code, out, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.completed);
    expect(out).toBe('completed: 3 of 3 pods of v2 are available, and no other pod is left\n');
    expect(err).toContain('waiting for the old pods to end: ');
  });

  it('tells each write with its reason', async () => {
    const { handover } = await installed();
    const { err } = await handover(fileOf('v2'), 'apply');
    expect(err).toContain('   0.0 s  write ConfigMap/demo (it is not as the file says)\n');
    expect(err).toContain('   0.0 s  write Deployment/demo (it is not as the file says)\n');
  });

  it('tells programs what was decided, in words and in fields, and what was seen', async () => {
    const { handover } = await installed();
    const { out, err } = await handover(fileOf('v2'), 'apply', '--json');
    const events = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(events).toContainEqual({
      at: expect.any(String) as string,
      event: 'decided',
      decision: {
        kind: 'wait',
        for: 'pods',
        version: 'v2',
        available: 3,
        wanted: 3,
        updated: 1,
        old: 3,
        limitSeconds: 250,
      },
      message: 'waiting for the pods of v2: 3 of 3 available, 1 updated, 3 old',
      state: {
        deployment: { isCurrent: true, wanted: 3, updated: 1, available: 3, total: 4 },
        objects: [
          { name: 'ConfigMap/demo', change: 'none' },
          { name: 'Deployment/demo', change: 'none' },
        ],
        replicaSets: [
          expect.objectContaining({ name: 'demo-v2', version: 'v2', isNewest: true, available: 0, ending: 0 }),
          expect.objectContaining({ name: 'demo-v1', version: 'v1', isNewest: false, available: 3, ending: 0 }),
        ],
      },
    });
    expect(JSON.parse(out)).toEqual({
      outcome: 'completed',
      because: '3 of 3 pods of v2 are available, and no other pod is left',
    });
  });

  it('never has fewer pods than wanted on the way', async () => {
    const { cluster, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    expect(cluster.leastAvailable).toBe(3);
  });

  it('tells the cause of a stuck update long before the deadline, holds, and says the way back', async () => {
    const { cluster, handover } = await installed({ broken: { 'demo:v2': badImage } });
    const beganMs = cluster.nowMs();
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.held);
    expect(out).toContain('v2 does not come up: pod-4: ImagePullBackOff; 3 pods of v1 still serve');
    expect(out).toContain('handover rollback returns to v1');
    expect(cluster.nowMs() - beganMs).toBeLessThan(10_000);
  });

  it('gives what may pass by itself the time of a slow start, and names it meanwhile', async () => {
    const { cluster, handover } = await installed({ broken: { 'demo:v2': failingProbe } });
    const beganMs = cluster.nowMs();
    const { code, err } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.held);
    expect(err).toContain('old; pod-4: Readiness probe failed: 503');
    expect(cluster.nowMs() - beganMs).toBeGreaterThan(60_000);
    expect(cluster.nowMs() - beganMs).toBeLessThan(120_000);
  });

  it('with --on-failure rollback returns by itself and is aborted only when that is seen', async () => {
    const { cluster, handover } = await installed({ broken: { 'demo:v2': badImage } });
    const { code, out } = await handover(fileOf('v2'), 'apply', '--on-failure', 'rollback');
    expect(code).toBe(exitCodes.aborted);
    expect(out).toMatch(
      /^aborted: v2 does not come up: .*; 3 of 3 pods of v1 are available, and no other pod is left\n$/,
    );
    expect(cluster.writes).toEqual(['ConfigMap/demo', 'Deployment/demo', 'return demo-v1']);
    expect(cluster.leastAvailable).toBe(3);
  });

  it('does not return to a version whose ConfigMap has other contents now', async () => {
    const { cluster, handover } = await installed({ broken: { 'demo:v2': badImage } });
    cluster.meddled.add('ConfigMap of v1');
    const { code, out } = await handover(fileOf('v2'), 'apply', '--on-failure', 'rollback');
    expect(code).toBe(exitCodes.held);
    expect(out).toContain('there is no way back to v1: its ConfigMap is gone, or has other contents now');
    expect(cluster.writes).not.toContain('return demo-v1');
  });

  it('returns to the version that serves, not to the one that failed before', async () => {
    const { handover } = await installed({ broken: { 'demo:v2': badImage, 'demo:v3': badImage } });
    await handover(fileOf('v2'), 'apply');
    const { out } = await handover(fileOf('v3'), 'apply', '--on-failure', 'rollback');
    expect(out).toContain('3 of 3 pods of v1 are available');
  });

  it('reports a quota by the words of the controller', async () => {
    const { handover } = await installed({ replicaFailure: 'exceeded quota: pods' });
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({
      code: exitCodes.held,
      out: expect.stringContaining('v2 does not come up: exceeded quota: pods') as string,
    });
  });

  it('believes the progress deadline of the Deployment', async () => {
    const { handover } = await installed({ hasMissedDeadline: true });
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect([code, out]).toEqual([exitCodes.held, expect.stringContaining('no progress within 120 s')]);
  });

  it.each<[string, Faults, string]>([
    ['a controller that does not answer', { isControllerAsleep: true }, 'it has not seen the newest specification'],
    ['pods that never end', { neverEnds: true }, 'waiting for the old pods to end: pod-1, pod-2, pod-3'],
  ])('gives up %s after a limit, with what was last seen', async (_, faults, lastSeen) => {
    const { handover } = await installed(faults);
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes['timed-out']);
    expect(out).toContain(lastSeen);
  });

  it('does not overwrite what somebody else changed after it was written', async () => {
    const { cluster, handover } = await installed();
    cluster.meddled.add('ConfigMap');
    const { code, out } = await handover(fileOf('v2'), 'apply');
    expect(code).toBe(exitCodes.held);
    expect(out).toContain('ConfigMap/demo was changed by somebody else after it was written');
  });

  it('is refused while another driver holds the lock', async () => {
    const { cluster, handover } = await installed();
    await cluster.lock({} as never, 'the first driver');
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({ code: exitCodes.locked });
    expect(cluster.writes).toEqual([]);
  });

  it('stops on request, and the same command carries on', async () => {
    const { handover, cluster, stop } = await installed();
    stop.abort();
    expect(await handover(fileOf('v2'), 'apply')).toMatchObject({ code: exitCodes.stopped });
    expect(cluster.writes).toEqual([]);
  });

  it.each([
    ['preStop shorter than endpoints need', { shutdownDelaySeconds: 0 }, 'wait 0 s in preStop, endpoints need 5 s'],
    ['a grace period that cuts off', { gracePeriodSeconds: 10 }, 'are killed after 10 s, and need more than 26 s'],
  ])('warns of live pods with %s', async (_, timings, warning) => {
    const { cluster, handover } = await installed();
    Object.assign(cluster, { live: { ...cluster['live'], timings: { ...cluster['live']?.timings, ...timings } } });
    const { err } = await handover(fileOf('v2'), 'plan');
    expect(err).toContain(warning);
  });

  it('warns of a single pod, and of a name that gets another build', async () => {
    const { handover } = await installed();
    expect((await handover(fileOf('v2', { replicas: 1 }), 'plan')).err).toContain('warning: one pod');
    const rebuilt = fileOf('v1').replace('demo:v1', 'demo:v1-again');
    expect((await handover(rebuilt, 'plan')).err).toContain('v1 gets another image or environment under its old name');
  });
});

describe('handover plan of a rolling update', () => {
  it('prints the writes and the wait, changes nothing and exits 2', async () => {
    const { cluster, handover } = await installed();
    expect(await handover(fileOf('v2'), 'plan')).toEqual({
      code: exitCodes.changes,
      err: '',
      out: [
        '1. write ConfigMap/demo — it is not as the file says',
        '2. write Deployment/demo — it is not as the file says',
        '3.   wait until its pods are available, and all old pods are gone',
        '',
      ].join('\n'),
    });
    expect(cluster.writes).toEqual([]);
  });

  it('leads out of an update that has missed its deadline', async () => {
    const { handover } = await installed({ hasMissedDeadline: true });
    await handover(fileOf('v2'), 'apply');
    const { code, out } = await handover(fileOf('v3'), 'plan');
    expect([code, out]).toEqual([exitCodes.changes, expect.stringContaining('write Deployment/demo')]);
  });

  it('is refused, with the reason, while the update that it would wait for is stuck', async () => {
    const { handover } = await installed({ hasMissedDeadline: true });
    await handover(fileOf('v2'), 'apply');
    const { code, err } = await handover(fileOf('v2'), 'plan');
    expect([code, err]).toEqual([
      exitCodes.refused,
      expect.stringContaining('no-safe-plan: expected a plan that ends, found v2 does not come up: no progress'),
    ]);
  });

  it('is what apply then does', async () => {
    const { cluster, handover } = await installed();
    const { out } = await handover(fileOf('v2'), 'apply', '--dry-run', '--json');
    await handover(fileOf('v2'), 'apply');
    const planned = (JSON.parse(out) as { kind: string; what: string }[]).filter(({ kind }) => kind === 'write');
    expect(cluster.writes).toEqual(planned.map(({ what }) => what.replace('write ', '')));
  });
});

describe('handover rollback of a rolling update', () => {
  it('returns to the version before, and says that the file does not', async () => {
    const { cluster, handover } = await installed();
    await handover(fileOf('v2'), 'apply');
    const { code, out, err } = await handover(fileOf('v2'), 'rollback');
    expect(code).toBe(exitCodes.completed);
    expect(out).toContain('3 of 3 pods of v1 are available, and no other pod is left');
    expect(err).toContain('does not list v1: list it, or the next apply');
    expect(cluster.leastAvailable).toBe(3);
  });

  it('is refused when there is nothing to return to', async () => {
    const { handover } = await installed();
    const { code, err } = await handover(fileOf('v1'), 'rollback');
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('a ReplicaSet of an earlier version')]);
  });
});

describe('handover status of a rolling update', () => {
  it('shows ReplicaSets, trouble, and what is not as the file says', async () => {
    const { handover } = await installed({ broken: { 'demo:v2': badImage } });
    await handover(fileOf('v2'), 'apply');
    const { out } = await handover(fileOf('v3'), 'status');
    expect(out).toContain('trouble: pod-4: ImagePullBackOff');
    expect(out).toContain('not as the file says: ConfigMap/demo, Deployment/demo');
    expect(out).toMatch(/2 \(newest\).*v2/);
  });

  it('is JSON for programs', async () => {
    const { handover } = await installed();
    const { out } = await handover(fileOf('v1'), 'status', '--json');
    expect(JSON.parse(out)).toMatchObject({ deployment: { available: 3, wanted: 3 } });
  });
});

describe('verbs that need weights', () => {
  it.each(['run', 'promote', 'abort'])('refuse %s, and name the verbs that work', async (verb) => {
    const { handover } = await installed();
    const { code, err } = await handover(fileOf('v2'), verb, ...(verb === 'run' ? ['v2'] : []));
    expect([code, err]).toEqual([exitCodes.refused, expect.stringContaining('use handover apply')]);
  });
});
