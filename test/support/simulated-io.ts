/** The edge of the process in a test: what a command printed, and a simulated cluster behind the connection. */
import { World, calm, type Scenario } from '../../driver/istio/simulation';
import type { Io } from '../../driver/io';
import { contentHash } from '../../charts';
import { findVersion, parseRelease } from '../../model';

export interface SimulatedIo extends Io {
  readonly printed: { out: string; err: string };
  readonly world: World;
}

/** The world begins as `installed` says; the release file at every path reads as `file`. */
export function simulatedIo({
  file,
  installed,
  scenario = {},
  seed = 1,
}: {
  readonly file: string;
  readonly installed: string;
  readonly scenario?: Partial<Scenario>;
  readonly seed?: number;
}): SimulatedIo {
  const parsed = parseRelease(installed);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const world = World.installed(parsed.release, calm(scenario), seed, (release, version) =>
    contentHash(findVersion(release, version).env),
  );
  const connection = world.connect();
  const printed = { out: '', err: '' };
  return {
    printed,
    world,
    out: (text) => void (printed.out += text),
    err: (text) => void (printed.err += text),
    isTerminal: false,
    columns: 120,
    environment: {},
    readFile: () => file,
    clock: connection,
    connect: () => Promise.resolve(connection),
    connectRolling: () => Promise.reject(new Error('this world has a mesh')),
    holder: 'driver-under-test',
    stop: new AbortController().signal,
  };
}
