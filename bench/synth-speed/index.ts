/**
 * npm run bench -- synth-speed: how long the app and `cdk8s synth` take for the shipped release file and for many services, beside
 * Node's own start. It needs no cluster.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plainTable } from '../../driver/core/table';
import { figuresOf } from '../figures';
import { measure } from './measure';
import { otherPrograms } from './others';
import { ownPrograms, shippedService, type Program, type Services } from './programs';
import { manyServices } from './services';

export const synthSpeedName = 'synth-speed';

const defaults = { services: '100', runs: '7' };

const help = `npm run bench -- ${synthSpeedName} [options]
  --services 100   beside the shipped release file so many services in one app; several numbers with commas between
  --runs 7         of each program, in turns
  --others         also helm and kustomize with the same manifests, fetched from the npm registry when they are not in build/
`;

/** Returns the exit code. */
export function synthSpeed(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      services: { type: 'string', default: defaults.services },
      runs: { type: 'string', default: defaults.runs },
      others: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(help);
  else
    inTemporaryFolder((folder) => compare(folder, counts(values.services), counts(values.runs)[0] ?? 1, values.others));
  return 0;
}

function inTemporaryFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'handover-synth-speed-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(folder: string, sizes: readonly number[], runs: number, withOthers: boolean): void {
  const services: Services[] = [shippedService, ...sizes.map((size) => manyServices(folder, size))];
  const programs = [...ownPrograms(folder, services), ...(withOthers ? otherPrograms(folder, services) : [])];
  const table = plainTable(['program', `median of ${runs}`, 'worst', 'processor time, median'], { isCompact: true });
  table.push(...rows(programs, runs));
  process.stdout.write(`${table.toString()}\n`);
}

/** In turns, so that a busy minute of the machine falls on all of them. */
function rows(programs: readonly Program[], runs: number): string[][] {
  const turns = Array.from({ length: runs }, () => programs.map(measure));
  return programs.map(({ what }, index) => {
    const used = turns.flatMap((turn) => turn[index] ?? []);
    const { median, worst } = figuresOf(used.map(({ seconds }) => seconds));
    const cpu = figuresOf(used.map(({ cpuSeconds }) => cpuSeconds));
    return [what, ...[median, worst, cpu.median].map((seconds) => `${seconds.toFixed(2)} s`)];
  });
}

function counts(list: string): number[] {
  const found = list.split(',').map(Number);
  if (found.some((number) => !Number.isInteger(number) || number < 1))
    throw new Error(`expected whole numbers from 1 on with commas between, found ${list}`);
  return found;
}
