/** One command line for both profiles: the release file says who carries a command out. */
import { Refusal, type Release } from '../model';
import type { Io } from './io';
import { readText, releaseIn, type Options } from './options';

export type IstioCommand = (io: Io, options: Options) => Promise<number>;
export type RollingCommand = (io: Io, options: Options, release: Release) => Promise<number>;

/** Without a `rolling` command the verb makes no sense there: nothing is weighted, so nothing is promoted or aborted. */
export async function byProfile(
  io: Io,
  options: Options,
  istio: IstioCommand,
  rolling?: RollingCommand,
): Promise<number> {
  const text = readText(io, options.file);
  const release = releaseIn(io, text, options);
  if (release.profile === 'istio') return istio(withFile(io, options.file, text), options);
  if (options.acceptLoss) {
    const fix = 'leave it out: Kubernetes ends the old pods, each within its grace period';
    throw new Refusal('profile', 'the profile istio for --accept-loss', release.profile, fix);
  }
  if (rolling) return rolling(io, options, release);
  const fix = 'use handover apply, and handover rollback: Kubernetes replaces the pods one by one';
  throw new Refusal('profile', 'the profile istio', release.profile, fix);
}

/** The file is read once: a second look could find another one, and the standard input nothing. What else `io` has may change. */
function withFile(io: Io, file: string, text: string): Io {
  const readFile = (path: string) => (path === file ? text : io.readFile(path));
  return Object.create(io, { readFile: { value: readFile } }) as Io;
}
