/** Random worlds by a list of seeds, each in a process of its own. The same seeds give the same worlds. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, stop } from 'esbuild';

export type Endings = Readonly<Record<string, number>>;

/** How often what happened, in all of them. Throws the report of what fails. */
export async function tried(options: readonly string[], runs: number, seeds: readonly number[]): Promise<Endings> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-worlds-'));
  try {
    const program = join(folder, 'worlds.js');
    const entryPoints = ['test/support/random-worlds/main.ts'];
    await build({ entryPoints, bundle: true, platform: 'node', logLevel: 'error', outfile: program });
    await stop(); // its process would outlive the tests
    return sum(await Promise.all(seeds.map((seed) => triedBy(program, [...options, `${runs}`, `${seed}`]))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function triedBy(program: string, args: readonly string[]): Promise<Endings> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  return JSON.parse(stdout) as Endings;
}

function sum(all: readonly Endings[]): Endings {
  const keys = new Set(all.flatMap((endings) => Object.keys(endings)));
  return Object.fromEntries([...keys].map((key) => [key, all.reduce((total, each) => total + (each[key] ?? 0), 0)]));
}
