/**
 * The property of release.property.test.ts, as a program of its own: inside jest's sandbox each run takes longer.
 * Arguments: how many runs, and a seed. Prints how many releases ended how, and how many streams were cut
 * off as a person had accepted; at a failure, the report of fast-check.
 */
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { changedOfOwner } from './owner-objects';
import { atFault, installed, releaseIn, removedOfOthers, runs, streamsCutOff } from './release-runs';

const [numRuns = 0, seed] = process.argv.slice(2).map(Number);
const endings: Record<string, number> = {};

const property = fc.asyncProperty(runs, async (run) => {
  const world = installed(run);
  const ended = await releaseIn(world, run);
  const outcome = ended?.ending.outcome ?? 'none';
  endings[outcome] = (endings[outcome] ?? 0) + 1;
  if (world.simulation.timeline.some(({ text }) => text === 'Git prunes v1'))
    endings.pruned = (endings.pruned ?? 0) + 1;
  deepStrictEqual(ended?.wrong ?? [], []);
  // Damage may show only when the slowest proxy has the last write.
  await world.runOn(60_000);
  endings['streams cut off'] = (endings['streams cut off'] ?? 0) + streamsCutOff(world.result()).length;
  deepStrictEqual(removedOfOthers(world, run), []);
  deepStrictEqual(changedOfOwner(world, run, outcome), []);
  deepStrictEqual(atFault(world.result(), run), { lost: [], violations: [] });
});

fc.assert(property, { numRuns, seed }).then(
  () => process.stdout.write(JSON.stringify(endings)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n${String((error as Error).cause)}\n`);
    process.exitCode = 1;
  },
);
