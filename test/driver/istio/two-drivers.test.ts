/** S5: two drivers at once, whose looks take longer than the lock lasts: only one of them writes. In simulation. */
import { drive } from '../../../driver/istio/drive';
import { calm, span, World } from '../../../driver/istio/simulation';
import { run } from '../../support/decisions';
import { releaseWith } from '../../support/observations';
import { atFault } from '../../support/release-runs';

const release = releaseWith('timings: {longestRequest: 2s}\nsteps: [{weight: 50}]');
const scenario = calm({ lookDelay: span(0, 30_000) });

function start(world: World, holder: string) {
  const client = world.connect();
  return drive({
    release,
    order: run,
    evidence: 'proxy',
    cluster: client,
    clock: client,
    emit: () => undefined,
    analyse: () => Promise.resolve({ verdict: 'successful', reason: '' }),
    holder,
    stop: new AbortController().signal,
    gateLimitMs: 600_000,
    releaseId: holder,
    pollMs: 250,
  });
}

test.each([1, 2, 3, 4, 5, 6])(
  'the second one is told who has the lock, and nothing is lost (seed %i)',
  async (seed) => {
    const world = World.installed({ ...release, versions: release.versions.slice(0, 1) }, scenario, seed);
    const first = start(world, 'first');
    await world.runOn(seed * 7_000);
    const second = await start(world, 'second');
    expect(second).toMatchObject({ outcome: 'locked' });
    expect(second.because).toContain('first holds the lock');
    expect(await first).toMatchObject({ outcome: 'completed' });
    await world.runOn(60_000);
    expect(atFault(world.result())).toEqual({ lost: [], violations: [] });
  },
);
