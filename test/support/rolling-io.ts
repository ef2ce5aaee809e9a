/** The edge of the process in a test of the profile rolling-update: its file is the text that a command is given. */
import type { Io } from '../../driver/io';
import { run } from '../../driver/main';
import { chartsSynth } from './charts-synth';
import { quietProcess } from './quiet-process';
import { releaseText } from './release';
import { RollingWorld } from './rolling/rolling-world';

/** A release file that has this one version, with all the traffic. */
export function rollingFile(version: string, changes: object = {}): string {
  return releaseText({
    profile: 'rolling-update',
    versions: { [version]: { image: `demo:${version}` } },
    weights: { [version]: 100 },
    ...changes,
  });
}

const known = new Map<string, ReturnType<typeof chartsSynth.synthesize>>();

/** Each file once: to render it takes as long as a whole update in memory. */
export function appOfTheRepository(text: string): ReturnType<typeof chartsSynth.synthesize> {
  const files = known.get(text) ?? chartsSynth.synthesize({ releaseFile: 'release.yaml', text });
  known.set(text, files);
  return files;
}

/** An empty cluster, and commands on it. Each answers with its exit code and what it printed. */
export function rollingIo(world = new RollingWorld(), holder = 'driver-under-test', synth = appOfTheRepository) {
  const stop = new AbortController();
  const { printed, io } = quietProcess(world);
  const handover = async (file: string, ...args: string[]) => {
    printed.out = printed.err = '';
    const edge: Io = {
      ...io,
      holder,
      readFile: () => file,
      synth: { ...chartsSynth, synthesize: ({ text = file }) => synth(text) },
      connect: () => Promise.reject(new Error('there is no mesh')),
      connectRolling: () => Promise.resolve(world.connect()),
      stop: stop.signal,
    };
    return { code: await run(args, edge), ...printed };
  };
  return { world, handover, stop };
}
