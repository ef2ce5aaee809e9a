/** S5: two drivers at once, whose looks take longer than the lock lasts: only one of them writes. In simulation. */
import type { Drive } from '../../../driver/istio/drive';
import { calm, span, World } from '../../../driver/istio/simulation';
import { driven } from '../../support/driven';
import { releaseWith } from '../../support/observations';
import { atFault } from '../../support/release-runs';

const release = releaseWith('timings: {longestRequest: 2s}\nsteps: [{weight: 50}]');
const scenario = calm({ lookDelay: span(0, 30_000) });

const start = (world: World, holder: string, given = release) =>
  driven(world.connect(), given, { holder, releaseId: holder, gateLimitMs: 600_000 });

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
    expect(atFault(world.result())).toEqual({ lost: [], strayed: [], violations: [] });
  },
);

/** It takes longer than anybody sleeps. */
const long = releaseWith('timings: {longestRequest: 2s}\nsteps: [{weight: 50}, {pause: 90s}]');

/** A process that stands still from its `call`-th call on, such as on a laptop that sleeps, until `wakes`. */
function asleep(client: ReturnType<World['connect']>, call: number, wakes: Promise<void>, slept: () => void) {
  let calls = 0;
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      if (!['keepState', 'lock', 'observe', 'perform'].includes(String(name))) return method.bind(target) as unknown;
      return async (...args: unknown[]) => {
        if (++calls === call) slept();
        if (calls >= call) await wakes;
        return method.apply(target, args);
      };
    },
  });
}

/** The first one sleeps from its `call`-th call on, and wakes when `meanwhile` has come true of what others did. */
async function wakesAfter<Second>(call: number, meanwhile: (world: World) => Promise<Second>) {
  const world = World.installed({ ...long, versions: long.versions.slice(0, 1) }, calm({}), 1);
  let wake: () => void = () => undefined;
  const wakes = new Promise<void>((resolve) => (wake = resolve));
  let isAsleep = false;
  const client = asleep(world.connect(), call, wakes, () => (isAsleep = true));
  const told: string[] = [];
  const emit: Drive['emit'] = ({ event }) => void (isAsleep && told.push(event));
  const first = driven(client, long, { holder: 'first', releaseId: 'first', gateLimitMs: 600_000, emit });
  while (!isAsleep) await world.runOn(100);
  await world.runOn(20_000);
  const second = await meanwhile(world);
  wake();
  return { world, told, first: await first, second };
}

test.each([5, 8, 11, 14, 17, 20, 23])(
  'one that sleeps for a minute from its %ith call on finds the lock with another, and writes nothing any more',
  async (call) => {
    const { world, told, first, second } = await wakesAfter(call, async (world) => {
      const ending = start(world, 'second', long);
      await world.runOn(40_000);
      return { ending };
    });
    expect(first).toMatchObject({ outcome: 'locked' });
    expect(told).not.toContain('wrote');
    expect(await second.ending).toMatchObject({ outcome: 'completed' });
    expect(atFault(world.result())).toEqual({ lost: [], strayed: [], violations: [] });
  },
);

test.each([11, 14, 17, 20, 23])(
  'one that sleeps from its %ith call on until another has ended the release says how it ended',
  async (call) => {
    const { world, told, first } = await wakesAfter(call, (world) => start(world, 'second', long));
    expect(first).toEqual({
      outcome: 'completed',
      code: 'ended-elsewhere',
      because: expect.stringMatching(/^the history of releases says: from v1 to v2 was completed at /) as string,
    });
    expect(told).not.toContain('wrote');
    expect(atFault(world.result())).toEqual({ lost: [], strayed: [], violations: [] });
  },
);
