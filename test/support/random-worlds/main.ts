/**
 * Tries random worlds, as a program of its own: inside jest's sandbox each takes longer. Prints how many ended how, as JSON. At a
 * failure, the report of fast-check with the smallest world that fails, and the command that goes through that world again.
 * With a path: goes through that one world, and prints what happened in it.
 */
import fc, { type RunDetails } from 'fast-check';
import { releases } from './releases';
import { rollingUpdates } from './rolling-updates';

const usage = 'expected: [--rolling] [RUNS] [SEED] [PATH], such as 10000, or 1 101 346:0:1';

interface Asked {
  readonly isRolling: boolean;
  readonly numRuns: number;
  readonly seed: number;
  /** Of one world, as a failure prints it. */
  readonly path: string | undefined;
}

function askedBy(args: readonly string[]): Asked {
  const isRolling = args[0] === '--rolling';
  const [runs = '1000', seedGiven, path] = isRolling ? args.slice(1) : args;
  const seed = Number(seedGiven ?? Date.now() % 2 ** 31);
  const isPath = path === undefined || /^\d+(:\d+)*$/.test(path);
  if (!/^[1-9]\d*$/.test(runs) || !Number.isInteger(seed) || !isPath) throw new Error(usage);
  return { isRolling, numRuns: Number(runs), seed, path };
}

async function main({ isRolling, numRuns, seed, path }: Asked): Promise<boolean> {
  const worlds = isRolling ? rollingUpdates() : releases();
  process.stderr.write(`${numRuns} worlds, seed ${seed}\n`);
  const replay = path === undefined ? {} : { path, endOnFailure: true };
  const details = await fc.check(worlds.property, { numRuns, seed, ...replay });
  if (path !== undefined) process.stdout.write(worlds.lastWorld().join('\n') + '\n');
  process.stdout.write(`${JSON.stringify(worlds.endings)}\n`);
  if (details.failed) process.stderr.write(await toldOf(details, isRolling));
  return !details.failed;
}

async function toldOf(details: RunDetails<[unknown]>, isRolling: boolean): Promise<string> {
  const { seed, counterexamplePath, errorInstance } = details;
  const { stack = '' } = (errorInstance ?? {}) as Partial<Error>;
  const again = `${isRolling ? '--rolling ' : ''}1 ${seed} ${counterexamplePath}`;
  const report = await fc.asyncDefaultReportMessage(details);
  return `${report}\n${stack}\nWhat happened in this world: npm run test:worlds -- ${again}\n`;
}

Promise.resolve(process.argv.slice(2))
  .then(askedBy)
  .then(main)
  .then(
    (holds) => (process.exitCode = holds ? 0 : 1),
    (error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exitCode = 2;
    },
  );
