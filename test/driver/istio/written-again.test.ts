/** S12: a write that is asked for again and again is no progress; the same one after a long rest is. In simulation. */
import { calm, World } from '../../../driver/istio/simulation';
import { driven } from '../../support/driven';
import { releaseWith } from '../../support/observations';

const release = releaseWith('timings: {longestRequest: 2s}\nsteps: [{weight: 50}, {pause: until promoted}]');
const gateLimitMs = 60_000;

/** Between two looks: each of the two writes counts as a change. */
function changeAndBack({ api }: World): void {
  const { route } = api.snapshots();
  if (!route) throw new Error('no route');
  api.storeRoute({ ...route, split: { v1: 100 } }, 'foreign');
  api.storeRoute(route, 'foreign');
}

it('grants, a change that is taken back and a promotion go on in a pause that is longer than any limit', async () => {
  const world = World.installed({ ...release, versions: release.versions.slice(0, 1) }, calm({}), 1);
  const client = world.connect();
  const ending = driven(client, release, { gateLimitMs });
  let ended: unknown;
  void ending.then((one) => (ended = one));
  await world.runOn(3 * gateLimitMs);
  const loss = {
    code: 'accept-loss',
    invariant: 'S3',
    version: 'v1',
    count: 1,
    by: 'somebody',
    at: '2026-01-01T00:00:00Z',
  } as const;
  for (const id of ['first', 'second', 'third']) {
    const exceptions = [{ ...loss, count: id.length }];
    await client.leaveRequest(release, { id, verb: 'grant', release: 'r1', exceptions });
    await world.runOn(2 * gateLimitMs);
    expect(ended).toBeUndefined();
  }
  for (const _ of ['once', 'twice']) {
    changeAndBack(world);
    await world.runOn(2 * gateLimitMs);
    expect(ended).toBeUndefined();
  }
  await client.leaveRequest(release, { id: 'on', verb: 'promote', release: 'r1' });
  await world.runOn(5 * gateLimitMs);
  expect(ended).toMatchObject({ outcome: 'completed' });
});

it('a write that changes nothing ends the driver after the limit, with the write', async () => {
  const world = World.installed({ ...release, versions: release.versions.slice(0, 1) }, calm({}), 1);
  const client = Object.assign(world.connect(), { perform: () => Promise.resolve('written' as const) });
  const ending = await driven(client, release, { gateLimitMs });
  expect(ending).toMatchObject({ outcome: 'timed-out', code: 'no-progress' });
  expect(world.simulation.nowMs).toBeLessThan(2 * gateLimitMs);
});
