/**
 * Whole releases in random worlds (test/support/random-worlds/releases.ts). The seeds are committed: the same commit gives the same
 * result. `npm run test:worlds` looks elsewhere, for as long as one likes (docs/proof.md).
 */
import { committedSeed } from '../../support/seed';
import { tried } from '../../support/random-worlds/tried';

/** In all: half of them from each seed. As many processes as the smallest machine that this is developed on has processors. */
const numRuns = Number(process.env.HANDOVER_RUNS ?? 500);
const seeds = [committedSeed(), committedSeed() + 1];

describe('a release in any world', () => {
  it(`loses no request and keeps S1–S4, in simulation (${numRuns} worlds, seeds ${seeds.join(' and ')})`, async () => {
    const endings = await tried([], numRuns / seeds.length, seeds);
    const count = (ending: string) => endings[ending] ?? 0;
    // A property that never sees a release come to its end would hold of a driver that does nothing.
    expect(count('completed') / numRuns).toBeGreaterThan(0.5);
    for (const ending of ['aborted', 'held', 'timed-out', 'streams cut off', 'pruned'])
      expect(count(ending)).toBeGreaterThan(0);
    expect(count('none')).toBe(0);
  }, 1_800_000);
});
