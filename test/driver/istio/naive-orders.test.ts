/** The simulation finds losses: orders that are known to lose requests lose them in it, and a safe order loses none. */
import {
  careful,
  naiveOrders,
  runNaiveOrder,
  slow,
  span,
  World,
  type Cause,
  type NaiveOrder,
} from '../../../driver/istio/simulation';
import { bothVersions, releaseOf } from '../../support/release';

const before = releaseOf({ versions: { v1: bothVersions.v1 } });
const release = releaseOf({ versions: bothVersions, weights: { v1: 100 } });
const change = { release, from: 'v1', to: 'v2' };
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

async function worldAfter(order: NaiveOrder, seed: number, scenario = slow()): Promise<World> {
  const world = World.installed(before, scenario, seed);
  await runNaiveOrder(order, world, change);
  return world;
}

const causesOf: Readonly<Record<string, readonly Cause[]>> = {
  'VirtualService before subset': ['NC'],
  'DestinationRule and VirtualService in one apply': ['NC'],
  'right order, sleeps of two seconds': ['NC'],
  'subset relabelled under traffic': ['UH'],
  'old version removed at promotion': ['UH', 'UF'],
};

describe.each(naiveOrders)('$name', (order) => {
  it('loses requests in most worlds, by the known causes', async () => {
    const worlds = await Promise.all(seeds.map((seed) => worldAfter(order, seed)));
    const lossy = worlds.filter((world) => world.result().lost.length > 0);
    expect(lossy.length).toBeGreaterThan(seeds.length / 2);
    const causes = new Set(lossy.flatMap((world) => world.result().lost.map((loss) => loss.cause)));
    expect(causesOf[order.name]?.some((cause) => causes.has(cause))).toBe(true);
  });

  it('is to blame for each loss, as there is no accident', async () => {
    const { lost } = (await worldAfter(order, 7)).result();
    expect(lost.filter((loss) => loss.blame !== 'order')).toEqual([]);
  });

  it('loses requests that a load test of 100 requests a second can count', async () => {
    const scenario = slow({ load: { kind: 'constant', requestsPerSecond: 100 } });
    const results = await Promise.all(seeds.slice(0, 2).map((seed) => worldAfter(order, seed, scenario)));
    expect(results.some((world) => world.result().lost.length > 10)).toBe(true);
  });
});

describe('the right order with five minutes at each step', () => {
  it('loses nothing and breaks no invariant', async () => {
    for (const seed of seeds) {
      const { lost, violations, requests } = (await worldAfter(careful, seed)).result();
      expect(lost).toEqual([]);
      expect(violations.filter((violation) => violation.invariant !== 'S3')).toEqual([]);
      expect(requests).toBeGreaterThan(1_000);
    }
  });

  it('still loses requests when one proxy is cut off from istiod for six minutes', async () => {
    const frozen = slow({
      accidents: [{ kind: 'freeze', proxy: 0, forMs: 360_000, when: { afterWrites: 1, ms: 0 } }],
    });
    expect((await worldAfter(careful, 1, frozen)).result().lost.length).toBeGreaterThan(0);
  });
});

it('breaks the invariant that each order ignores', async () => {
  const broken = async (order: NaiveOrder) => {
    const { violations } = (await worldAfter(order, 3)).result();
    return new Set(violations.map((violation) => violation.invariant));
  };
  const [routeFirst, together, sleeps, , promotion] = await Promise.all(naiveOrders.map(broken));
  expect(routeFirst).toContain('S1');
  expect(together).toContain('S1');
  expect(sleeps).toContain('S1');
  expect(promotion).toContain('S3');
});

it('loses nothing with sleeps of two seconds when propagation is fast: such an order depends on luck', async () => {
  const [, , shortSleeps] = naiveOrders;
  const fast = slow({ delays: { cds: span(5, 50), eds: span(5, 50), rds: span(5, 50) } });
  const { lost } = (await worldAfter(shortSleeps as NaiveOrder, 1, fast)).result();
  expect(lost.filter((loss) => loss.cause !== 'cluster removed')).toEqual([]);
});
