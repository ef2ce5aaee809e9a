/** The edge of the process in a test of the profile rolling-update: its file is the text that a command is given. */
import type { Io } from '../../driver/io';
import { run } from '../../driver/main';
import { noSynth } from './no-synth';
import { quietProcess } from './quiet-process';
import { releaseText } from './release';
import { SimulatedRolling } from './rolling-cluster';

/** A release file that has this one version, with all the traffic. */
export function rollingFile(version: string, changes: object = {}): string {
  return releaseText({
    profile: 'rolling-update',
    versions: { [version]: { image: `demo:${version}` } },
    weights: { [version]: 100 },
    ...changes,
  });
}

/** An empty cluster, and commands on it. Each answers with its exit code and what it printed. */
export function rollingIo() {
  const cluster = new SimulatedRolling();
  const stop = new AbortController();
  const { printed, io } = quietProcess(cluster);
  const handover = async (file: string, ...args: string[]) => {
    printed.out = printed.err = '';
    const edge: Io = {
      ...io,
      readFile: () => file,
      synth: noSynth,
      connect: () => Promise.reject(new Error('there is no mesh')),
      connectRolling: () => Promise.resolve(cluster),
      stop: stop.signal,
    };
    return { code: await run(args, edge), ...printed };
  };
  return { cluster, handover, stop };
}
