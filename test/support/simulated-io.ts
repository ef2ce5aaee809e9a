/** The edge of the process in a test: what a command printed, a simulated cluster, and a folder of its own for the files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Io } from '../../driver/io';
import { run } from '../../driver/main';
import { World, calm, type Scenario } from '../../driver/istio/simulation';
import { contentHash, findVersion, parseRelease } from '../../model';
import { chartsSynth } from './charts-synth';
import { quietProcess } from './quiet-process';

export interface SimulatedIo extends Io {
  readonly printed: { out: string; err: string };
  readonly world: World;
  /** The release file, and where the manifests would be written. */
  readonly file: string;
  readonly dist: string;
  /** Runs a command on these files; `changes` make it another process, or another cluster. */
  readonly run: (args: readonly string[], changes?: Partial<Io>) => Promise<number>;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The world begins as `installed` says; the release file reads as `file`. */
export function simulatedIo({
  file: text,
  installed,
  scenario = {},
  seed = 1,
}: {
  readonly file: string;
  readonly installed: string;
  readonly scenario?: Partial<Scenario>;
  readonly seed?: number;
}): SimulatedIo {
  const folder = mkdtempSync(join(tmpdir(), 'handover-'));
  folders.push(folder);
  const [file, dist] = [join(folder, 'release.yaml'), join(folder, 'dist')];
  writeFileSync(file, text);
  const world = worldOf(installed, scenario, seed);
  const client = world.connect();
  const { printed, io: quiet } = quietProcess(client);
  const io: Io = {
    ...quiet,
    readFile: (path) => readFileSync(outsideOfTheWorkingTree(path), 'utf8'),
    synth: chartsSynth,
    connect: () => Promise.resolve(client),
    connectRolling: () => Promise.reject(new Error('this world has a mesh')),
    stop: new AbortController().signal,
  };
  // Another holder is another process: who writes under whose lock is told by that.
  const another = { connect: () => Promise.resolve(world.connect()) };
  const start = (args: readonly string[], changes: Partial<Io> = {}) =>
    run(['--file', file, '--dist', dist, ...args], { ...io, ...(changes.holder !== undefined && another), ...changes });
  return { ...io, printed, world, file, dist, run: start };
}

function worldOf(installed: string, scenario: Partial<Scenario>, seed: number): World {
  const parsed = parseRelease(installed);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return World.installed(parsed.release, calm(scenario), seed, (release, version) =>
    contentHash(findVersion(release, version).env),
  );
}

/** A command that reads its default file would later write into the working tree. */
function outsideOfTheWorkingTree(path: string): string {
  if (isAbsolute(path)) return path;
  throw new Error(`expected the files of the test, found ${path}: use the run of simulatedIo, or its file and dist`);
}
