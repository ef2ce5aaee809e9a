/** `handover run VERSION` and `handover apply`. */
import { allTo, versionNames, type Release } from '../../model';
import { objectsAlone, type Cluster } from '../cluster';
import type { Io } from '../io';
import { readRelease, readText, type Options } from '../options';
import { editedText, writeBack } from '../write-back';
import { carryOut, connectTo, endWith } from './carry-out';
import { planCommand } from './plan';

export async function runCommand(io: Io, options: Options, canary: string): Promise<number> {
  const order = { kind: 'run', canary } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const text = readText(io, options.file);
  const release = readRelease(io, options);
  const cluster = await connectTo(io, options);
  // A file that cannot be edited at the end is refused now, before any traffic has moved.
  if (versionNames(release).includes(canary)) editedText(text, { keep: [canary], split: allTo(canary) }, options.file);
  const ending = await carryOut(io, options, release, order, cluster);
  if (ending.outcome === 'completed') {
    const keep = await liveVersions(release, cluster);
    writeBack({ file: options.file, dist: options.dist, text, keep, split: allTo(canary) });
    io.err(`${options.file} and ${options.dist}/ say now what is live\n`);
  }
  return endWith(io, options, ending);
}

/** The file follows what is seen to be true, never the other way round. */
async function liveVersions(release: Release, cluster: Cluster): Promise<string[]> {
  const { workloads } = await cluster.observe(release, objectsAlone);
  return versionNames(release).filter((version) => version in workloads);
}

export async function applyCommand(io: Io, options: Options): Promise<number> {
  const order = { kind: 'apply' } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const release = readRelease(io, options);
  return endWith(io, options, await carryOut(io, options, release, order, await connectTo(io, options)));
}
