/** S5: two drivers at once, whose looks take longer than the lock lasts: only one of them writes. In simulation. */
import { calm, span, World } from '../../../driver/istio/simulation';
import { driven } from '../../support/driven';
import { releaseWith } from '../../support/observations';
import { atFault } from '../../support/release-runs';

const release = releaseWith('timings: {longestRequest: 2s}\nsteps: [{weight: 50}]');
const scenario = calm({ lookDelay: span(0, 30_000) });

const start = (world: World, holder: string) =>
  driven(world.connect(), release, { holder, releaseId: holder, gateLimitMs: 600_000 });

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
