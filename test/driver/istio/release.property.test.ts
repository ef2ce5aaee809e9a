/**
 * The safety argument as a property: whatever the delays, whoever dies, wherever the driver is killed, whatever anybody
 * else does: no request is lost by an order of writes, and S1–S4 held at every write by what the driver had seen.
 * HANDOVER_RUNS=100000 looks longer. A failure prints seed and path; HANDOVER_SEED=SEED runs it again.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, stop } from 'esbuild';

const numRuns = Number(process.env.HANDOVER_RUNS ?? 1_000);
const firstSeed = Number(process.env.HANDOVER_SEED ?? Date.now() % 2 ** 31);
/** As many as the smallest machine that this is developed on has processors. */
const processes = 2;

const folder = mkdtempSync(join(tmpdir(), 'handover-property-'));
const program = join(folder, 'release-property.js');
afterAll(() => rmSync(folder, { recursive: true }));

type Endings = Readonly<Record<string, number>>;

async function run(seed: number): Promise<Endings> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(numRuns / processes), String(seed)]);
  return JSON.parse(stdout) as Endings;
}

describe('a release in any world', () => {
  it(`loses no request and keeps S1–S4, in simulation (${numRuns} runs)`, async () => {
    await build({
      entryPoints: ['test/support/release-property.ts'],
      bundle: true,
      platform: 'node',
      outfile: program,
    });
    await stop(); // its process would outlive the tests
    const all = await Promise.all(Array.from({ length: processes }, (_, index) => run(firstSeed + index)));
    const count = (ending: string) => all.reduce((sum, endings) => sum + (endings[ending] ?? 0), 0);
    // A property that never sees a release come to its end would hold of a driver that does nothing.
    expect(count('completed') / numRuns).toBeGreaterThan(0.5);
    for (const ending of ['aborted', 'held', 'timed-out', 'streams cut off', 'pruned'])
      expect(count(ending)).toBeGreaterThan(0);
    expect(count('none')).toBe(0);
  }, 600_000);
});
