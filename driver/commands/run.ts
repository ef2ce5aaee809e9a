/** `handover run VERSION` and `handover apply`. */
import { allTo } from '../../model';
import type { Io } from '../io';
import { readRelease, readText, type Options } from '../options';
import { writeBack } from '../write-back';
import { carryOut, connectTo, endWith } from './carry-out';
import { planCommand } from './plan';

export async function runCommand(io: Io, options: Options, canary: string): Promise<number> {
  const order = { kind: 'run', canary } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const text = readText(io, options.file);
  const release = readRelease(io, options);
  const ending = await carryOut(io, options, release, order, await connectTo(io, options));
  if (ending.outcome === 'completed') {
    // The file follows what was seen to be true, never the other way round.
    writeBack({ file: options.file, dist: options.dist, text, keep: [canary], split: allTo(canary) });
    io.err(`${options.file} and ${options.dist}/ say now what is live\n`);
  }
  return endWith(io, options, ending);
}

export async function applyCommand(io: Io, options: Options): Promise<number> {
  const order = { kind: 'apply' } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const release = readRelease(io, options);
  return endWith(io, options, await carryOut(io, options, release, order, await connectTo(io, options)));
}
