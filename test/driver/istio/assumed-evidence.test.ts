/** What assumptions are worth: nothing in a world that is slower than they say, and the model sees it. */
import { withAssumedEvidence } from '../../../driver/istio/assumed-evidence';
import { slow, World } from '../../../driver/istio/simulation';
import type { Event } from '../../../driver/istio/events';
import type { Ending } from '../../../driver/core/ending';
import { driven } from '../../support/driven';
import { bothVersions, releaseOf } from '../../support/release';

const timings = { longestRequest: '2s', drainWindow: '1s' };
const before = releaseOf({ timings, versions: { v1: bothVersions.v1 } });
const release = releaseOf({ timings, versions: bothVersions, weights: { v1: 100 }, steps: [{ weight: 50 }] });
const seeds = Array.from({ length: 10 }, (_, seed) => seed);

interface Released {
  readonly world: World;
  readonly ending: Ending;
  readonly events: Event[];
}

async function releasedAssuming(afterMs: number, seed: number): Promise<Released> {
  const world = World.installed(before, slow(), seed);
  const connection = world.connect();
  const events: Event[] = [];
  const ending = await driven(connection, release, {
    evidence: 'assumed',
    cluster: withAssumedEvidence(connection, afterMs),
    emit: (event) => events.push(event),
  });
  await world.runOn(60_000);
  return { world, ending, events };
}

it('an assumption that is shorter than the propagation loses requests', async () => {
  const released = await Promise.all(seeds.map((seed) => releasedAssuming(1_000, seed)));
  const lossy = released.filter(({ world }) => world.result().lost.some(({ blame }) => blame === 'order'));
  expect(lossy.length).toBeGreaterThan(seeds.length / 2);
});

it('an assumption that is longer than the propagation loses none, and takes that long after each change', async () => {
  for (const seed of seeds.slice(0, 4)) {
    const { world, ending } = await releasedAssuming(30_000, seed);
    expect(ending.outcome).toBe('completed');
    expect(world.result().lost).toEqual([]);
    expect(world.simulation.nowMs).toBeGreaterThan(5 * 30_000);
  }
});

it('says what was assumed wherever it would say what was seen', async () => {
  const { ending, events } = await releasedAssuming(30_000, 1);
  expect(ending.because).toBe('every proxy (assumed: none was asked) routes by v2-100');
  const waits = events.flatMap((event) => (event.event === 'decided' && event.decision.kind === 'wait' ? [event] : []));
  const later = { proxy: 'every proxy', code: 'assumed-later', remainingSeconds: 30 };
  expect(waits.map(({ decision }) => decision.kind === 'wait' && decision.wait)).toContainEqual({
    for: 'propagation',
    obstacles: [later],
  });
  const steps = events.flatMap((event) =>
    event.event === 'wrote' && 'record' in event.action ? [event.action.record] : [],
  );
  expect(steps.at(-2)?.evidence).toEqual(['assumed', 'assumed', 'assumed']);
});

it('a driver that is started again waits anew: it cannot know how long the change is there', async () => {
  const world = World.installed(before, slow(), 1);
  const connection = world.connect();
  const look = () => withAssumedEvidence(connection, 5_000).observe(release, { evidence: 'assumed', inFlightOf: [] });
  await look();
  await connection.sleep(60_000);
  expect((await look()).proxies).toMatchObject([{ assumedInSeconds: 6 }]);
});
