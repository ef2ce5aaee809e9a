/**
 * Rolling updates in random worlds (test/support/random-worlds/rolling-updates.ts). The seed is committed: the same commit gives the
 * same result. `npm run test:worlds -- --rolling` looks elsewhere, for as long as one likes (docs/proof.md).
 */
import { committedSeed } from '../../support/seed';
import { tried } from '../../support/random-worlds/tried';

const numRuns = Number(process.env.HANDOVER_ROLLING_RUNS ?? 20);
const seed = committedSeed();

describe('a rolling update in any world', () => {
  it(`loses no request, overwrites nobody's change and ends, in simulation (${numRuns} worlds, seed ${seed})`, async () => {
    const endings = await tried(['--rolling'], numRuns, [seed]);
    // A property that never sees an update come to its end would hold of a driver that does nothing.
    expect(endings['0'] ?? 0).toBeGreaterThan(numRuns / 10);
    expect(endings['8'] ?? 0).toBeGreaterThan(0);
  }, 600_000);
});
