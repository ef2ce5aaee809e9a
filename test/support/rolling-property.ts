/**
 * The property of worlds.property.test.ts, as a program of its own: inside jest's sandbox each run takes longer.
 * Arguments: how many runs, and a seed. Prints how many commands ended how; at a failure, the report of fast-check.
 */
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { carriedOut, runs } from './rolling/random-run';

const [numRuns = 0, seed] = process.argv.slice(2).map(Number);
const count: Record<string, number> = {};

const property = fc.asyncProperty(runs, async (run) => {
  const { endings, faults } = await carriedOut(run);
  for (const ending of endings) count[ending] = (count[ending] ?? 0) + 1;
  deepStrictEqual(faults, []);
});

fc.assert(property, { numRuns, seed }).then(
  () => process.stdout.write(JSON.stringify(count)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n${String((error as Error).cause)}\n`);
    process.exitCode = 1;
  },
);
