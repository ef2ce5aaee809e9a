/**
 * S2: a request that a filter holds before the router is in no count. The simulation holds some; who removes a version by what is
 * counted alone loses them, and a driver that is killed goes on with the time that it has waited.
 */
import { violationOf } from '../../../driver/istio/guard';
import { nothingRemembered } from '../../../driver/istio/memory';
import { planOf } from '../../../driver/istio/plan';
import { byCounts, calm, runNaiveOrder, span, World } from '../../../driver/istio/simulation';
import { run, stepped } from '../../support/decisions';
import { driven } from '../../support/driven';
import { observed, recordWith, releaseWith } from '../../support/observations';

/** Short requests: a long one that is counted would hide those that are held. */
const held = calm({
  heldShare: 0.2,
  load: { kind: 'constant', requestsPerSecond: 5 },
  delays: { cds: span(5, 50), eds: span(5, 50), rds: span(5, 50) },
});
const release = releaseWith('timings: {longestRequest: 30s}');
const seeds = Array.from({ length: 4 }, (_, seed) => seed);

const worldOf = (seed: number) => World.installed({ ...release, versions: release.versions.slice(0, 1) }, held, seed);

async function lostBy(world: World, order: (world: World) => Promise<unknown>): Promise<number> {
  await order(world);
  await world.runOn(120_000);
  return world.result().lost.length;
}

test('a release loses none of them', async () => {
  for (const seed of seeds) expect(await lostBy(worldOf(seed), (world) => driven(world.connect(), release))).toBe(0);
});

test('a driver that does not give them their time loses some', async () => {
  const hasty = { ...release, timings: { ...release.timings, longestRequestSeconds: 0 } };
  const lost = await Promise.all(seeds.map((seed) => lostBy(worldOf(seed), (world) => driven(world.connect(), hasty))));
  expect(Math.max(...lost)).toBeGreaterThan(0);
});

test('a script that looks at every proxy, and waits until nothing is counted, loses some', async () => {
  const change = { release, from: 'v1', to: 'v2' };
  const lost = await Promise.all(seeds.map((seed) => lostBy(worldOf(seed), (w) => runNaiveOrder(byCounts, w, change))));
  expect(Math.max(...lost)).toBeGreaterThan(0);
});

const timeOf = ({ simulation }: World, text: string) =>
  simulation.timeline.find((entry) => entry.text === text)?.atMs ?? Number.NaN;
const noted = 'record since when no proxy routes to v1: written';
const removed = 'write the subsets v2: written';

test('a driver that is stopped while it waits leaves the next one only the rest of the time', async () => {
  const undisturbed = worldOf(1);
  await driven(undisturbed.connect(), release);
  const notedMs = timeOf(undisturbed, noted);
  expect(timeOf(undisturbed, removed) - notedMs).toBeGreaterThanOrEqual(30_000);
  const world = worldOf(1);
  const stop = new AbortController();
  world.simulation.after(notedMs + 20_000, () => stop.abort());
  expect((await driven(world.connect(), release, { stop: stop.signal })).outcome).toBe('stopped');
  expect((await driven(world.connect(), release)).outcome).toBe('completed');
  expect(timeOf(world, noted)).toBe(notedMs);
  expect(timeOf(world, removed) - notedMs).toBeLessThan(40_000);
});

test('a detour while no driver runs makes the next one wait anew, though the route is word for word as it was', async () => {
  const undisturbed = worldOf(1);
  await driven(undisturbed.connect(), release);
  const notedMs = timeOf(undisturbed, noted);
  for (const seed of seeds) {
    const when = { afterWrites: 0, ms: notedMs + 21_000 };
    const detour = { kind: 'foreign-detour', split: { v1: 100 }, forMs: 3_000, when } as const;
    const installed = { ...release, versions: release.versions.slice(0, 1) };
    const world = World.installed(installed, { ...held, heldShare: 0.9, accidents: [detour] }, seed);
    const stop = new AbortController();
    world.simulation.after(notedMs + 20_000, () => stop.abort());
    expect((await driven(world.connect(), release, { stop: stop.signal })).outcome).toBe('stopped');
    await world.runOn(5_000);
    expect(world.api.readRoute()).toMatchObject({
      split: { v2: 100 },
      record: { unrouted: { v1: expect.any(String) as string } },
    });
    expect(await lostBy(world, (again) => driven(again.connect(), release))).toBe(0);
  }
});

describe('the guard refuses to remove a subset', () => {
  const now = { split: { v2: 100 }, subsets: ['v1', 'v2'], pods: { v1: 2, v2: 2 }, serverMs: 60_000 };
  const violation = (unrouted?: Record<string, string>) => {
    const seen = observed({ ...now, record: recordWith({ step: 6, marker: 'split@r1.4', unrouted }) });
    const question = { release, order: run, seen, memory: nothingRemembered, gateLimitMs: 1, releaseId: 'r1' };
    return violationOf({ kind: 'write-subsets', versions: ['v2'] }, question);
  };

  test.each([
    ['when it is not on record since when no proxy routes to it', undefined],
    ['before the longest request has passed since then', { v1: new Date(31_000).toISOString() }],
    ['when the record tells no time', { v1: 'yesterday' }],
  ])('%s', (_, unrouted) => {
    expect(violation(unrouted)).toEqual({ invariant: 'S2', code: 'may-be-held', version: 'v1', longestMs: 30_000 });
  });

  test('and lets it go then', () => {
    expect(violation({ v1: new Date(30_000).toISOString() })).toBeUndefined();
  });
});

test('the plan has the wait and its time', () => {
  const { steps, obstacle } = planOf(stepped, run, observed());
  expect(obstacle).toBeUndefined();
  const kinds = steps.map((step) => (step.kind === 'write' ? step.because[0]?.code : step.kind));
  expect(kinds.slice(kinds.indexOf('unrouted'), kinds.indexOf('drained') + 1)).toEqual(['unrouted', 'wait', 'drained']);
});
