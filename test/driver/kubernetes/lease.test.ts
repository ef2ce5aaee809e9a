import { giveLockBack, takeLock } from '../../../driver/kubernetes/lease';
import { Api } from '../../../driver/kubernetes/api';
import type { Clock } from '../../../driver/core/clock';
import { fakeCluster, type FakeCluster } from '../../support/kubernetes';
import { releaseOf } from '../../support/release';

const release = releaseOf();
const path = '/apis/coordination.k8s.io/v1/namespaces/demo-ns/leases/handover-demo';
const ttlSeconds = 15;

let cluster: FakeCluster;
let nowMs: number;
beforeEach(async () => {
  cluster = await fakeCluster();
  nowMs = Date.parse('2026-01-01T00:00:00Z');
});
afterEach(() => cluster.close());

/** `while` runs in each sleep, as what others do meanwhile. */
const clockOf = (meanwhile: () => Promise<unknown> = () => Promise.resolve(), skewMs = 0): Clock => ({
  nowMs: () => nowMs + skewMs,
  monotonicMs: () => nowMs,
  sleep: async (ms) => {
    nowMs += ms;
    await meanwhile();
  },
});
const take = (holder: string, clock = clockOf()) => takeLock(cluster.api, clock, release, holder, ttlSeconds);
const spec = () => cluster.server.get(path)?.spec;

describe('the lock', () => {
  test('is taken when nobody has it, and renewed by its holder without waiting', async () => {
    expect(await take('a')).toEqual({ held: true });
    nowMs += 5_000;
    expect(await take('a')).toEqual({ held: true });
    expect(spec()).toMatchObject({
      holderIdentity: 'a',
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:05.000000Z',
      leaseDurationSeconds: 15,
      leaseTransitions: 1,
    });
  });

  test('of a holder that lives is not taken; the second is told who and since when', async () => {
    await take('a');
    nowMs += 60_000;
    const renewing = clockOf(() => take('a'));
    expect(await take('b', renewing)).toEqual({ held: false, holder: 'a', since: '2026-01-01T00:00:00.000000Z' });
    expect(spec()?.holderIdentity).toBe('a');
  });

  test('of a holder that died is taken after its whole duration, and no earlier', async () => {
    await take('a');
    const beganMs = nowMs;
    expect(await take('b')).toEqual({ held: true });
    expect(nowMs - beganMs).toBeGreaterThanOrEqual(ttlSeconds * 1000);
    expect(nowMs - beganMs).toBeLessThan(ttlSeconds * 1000 + 1_000);
    expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 2 });
  });

  test('of a holder that may be dead is no longer waited for by a process that is stopped', async () => {
    await take('a');
    const stop = new AbortController();
    const server = new URL(`http://${cluster.server.address}`);
    const api = new Api({ server, applyToHTTPSOptions: () => Promise.resolve(), stop: stop.signal });
    const beganMs = nowMs;
    const stopping = clockOf(() => Promise.resolve(stop.abort()));
    expect(await takeLock(api, stopping, release, 'b', ttlSeconds)).toMatchObject({ held: false, holder: 'a' });
    expect(nowMs - beganMs).toBe(500);
  });

  test.each([-3_600_000, 3_600_000])('is not broken by a clock that is wrong by %d ms', async (skewMs) => {
    await take('a');
    expect(
      await take(
        'b',
        clockOf(() => take('a'), skewMs),
      ),
    ).toMatchObject({ held: false, holder: 'a' });
  });

  test('goes to one of two that wait for the same dead holder', async () => {
    await take('a');
    const sleepers: (() => void)[] = [];
    const waiting: Clock = {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: () => new Promise<void>((resolve) => sleepers.push(resolve)),
    };
    const results = Promise.all([take('b', waiting), take('c', waiting)]);
    let done = false;
    void results.then(() => (done = true));
    while (!done) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const woken = sleepers.splice(0);
      if (woken.length > 0) nowMs += 500;
      // The winner goes on renewing.
      if (spec()?.holderIdentity !== 'a') await take(String(spec()?.holderIdentity));
      woken.forEach((wake) => wake());
    }
    expect((await results).filter(({ held }) => held)).toHaveLength(1);
  });

  test('is free at once when it was given back', async () => {
    await take('a');
    await giveLockBack(cluster.api, clockOf(), release, 'a');
    const beganMs = nowMs;
    expect(await take('b')).toEqual({ held: true });
    expect(nowMs).toBe(beganMs);
  });

  test('is not given back by somebody who lost it', async () => {
    await take('a');
    await take('b');
    await giveLockBack(cluster.api, clockOf(), release, 'a');
    expect(spec()?.holderIdentity).toBe('b');
  });

  test('that is renewed while the connection breaks is still held', async () => {
    await take('a');
    const { api, server } = cluster;
    const send = api.send.bind(api);
    jest
      .spyOn(api, 'send')
      .mockImplementationOnce((request) => send(request))
      .mockImplementationOnce((request) => {
        server.fail('reset');
        return send(request);
      });
    expect(await take('a')).toEqual({ held: true });
  });
});
