/**
 * Tries random worlds, as a program of its own: inside jest's sandbox each takes longer. Prints how many ended how, as JSON. At a
 * failure, the report of fast-check with the smallest world that fails, and the command that goes through that world again.
 * With a path: goes through that one world, and prints what happened in it.
 */
import fc from 'fast-check';
import { releases } from './releases';
import { rollingUpdates } from './rolling-updates';

const usage = 'expected: [--rolling] [RUNS] [SEED] [PATH], such as 10000, or 1 101 346:0:1';

async function main(args: readonly string[]): Promise<boolean> {
  const isRolling = args[0] === '--rolling';
  const [runs = '1000', seedGiven, path] = isRolling ? args.slice(1) : args;
  const seed = Number(seedGiven ?? Date.now() % 2 ** 31);
  if (!/^[1-9]\d*$/.test(runs) || !Number.isInteger(seed)) throw new Error(usage);
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path)) throw new Error(usage);
  const worlds = isRolling ? rollingUpdates() : releases();
  process.stderr.write(`${runs} worlds, seed ${seed}\n`);
  const replay = path === undefined ? {} : { path, endOnFailure: true };
  const details = await fc.check(worlds.property, { numRuns: Number(runs), seed, ...replay });
  if (path !== undefined) process.stdout.write(worlds.lastWorld().join('\n') + '\n');
  process.stdout.write(`${JSON.stringify(worlds.endings)}\n`);
  if (!details.failed) return true;
  const again = `${isRolling ? '--rolling ' : ''}1 ${details.seed} ${details.counterexamplePath}`;
  const cause = details.errorInstance as Error | null;
  process.stderr.write(`${await fc.asyncDefaultReportMessage(details)}\n${cause?.stack ?? ''}\n`);
  process.stderr.write(`What happened in this world: npm run test:worlds -- ${again}\n`);
  return false;
}

main(process.argv.slice(2)).then(
  (holds) => (process.exitCode = holds ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  },
);
