/**
 * The safety argument as a property: whatever the delays, whoever dies, wherever the driver is killed, whatever anybody
 * else does: no request is lost by an order of writes, and S1–S4 held at every write by what the driver had seen.
 * HANDOVER_RUNS=100000 looks longer; fast-check prints the seed and path that replay a failure.
 */
import fc from 'fast-check';
import { atFault, installed, releaseIn, runs, unfinished } from '../support/release-runs';

const numRuns = Number(process.env.HANDOVER_RUNS ?? 10_000);

describe('a release in any world', () => {
  it(`loses no request and keeps S1–S4, in simulation (${numRuns} runs)`, async () => {
    const endings = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        const world = installed(run);
        const ending = await releaseIn(world, run);
        const outcome = ending?.outcome ?? 'none';
        endings.set(outcome, (endings.get(outcome) ?? 0) + 1);
        if (outcome === 'completed') expect(unfinished(world, run)).toEqual([]);
        // What a release leaves behind may show only when the slowest proxy has heard of it.
        await world.runOn(60_000);
        expect(atFault(world.result())).toEqual({ lost: [], violations: [] });
      }),
      { numRuns },
    );
    // A property that never sees a release come to its end would hold of a driver that does nothing.
    expect((endings.get('completed') ?? 0) / numRuns).toBeGreaterThan(0.5);
    expect([...endings.keys()].sort()).toEqual(['aborted', 'completed', 'held', 'timed-out']);
  }, 300_000);
});
