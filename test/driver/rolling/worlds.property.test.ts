/**
 * Rolling updates in any world: whoever kills the driver, writes besides it, scales, pauses, or sets a clock. No request is
 * lost by what the driver does, nobody's change is overwritten, what it says at its end is so, and every command ends.
 * HANDOVER_ROLLING_RUNS=5000 looks longer. A failure prints seed and path; HANDOVER_SEED=SEED runs it again.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, stop } from 'esbuild';

const numRuns = Number(process.env.HANDOVER_ROLLING_RUNS ?? 20);
const seed = Number(process.env.HANDOVER_SEED ?? Date.now() % 2 ** 31);

const folder = mkdtempSync(join(tmpdir(), 'handover-rolling-'));
const program = join(folder, 'rolling-property.js');
afterAll(() => rmSync(folder, { recursive: true }));

describe('a rolling update in any world', () => {
  it(`loses no request, overwrites nobody's change and ends, in simulation (${numRuns} runs)`, async () => {
    await build({
      entryPoints: ['test/support/rolling-property.ts'],
      bundle: true,
      platform: 'node',
      logLevel: 'error',
      outfile: program,
    });
    await stop(); // its process would outlive the tests
    const { stdout } = await promisify(execFile)(process.execPath, [program, String(numRuns), String(seed)]);
    const endings = JSON.parse(stdout) as Readonly<Record<string, number>>;
    // A property that never sees an update come to its end would hold of a driver that does nothing.
    expect(endings['0'] ?? 0).toBeGreaterThan(numRuns / 10);
    expect(endings['8'] ?? 0).toBeGreaterThan(0);
  }, 600_000);
});
