/** `handover run VERSION` and `handover apply`. */
import { allTo, Refusal, versionNames, type Release } from '../../../model';
import type { Io } from '../../io';
import { readRelease, readText, type Options } from '../../options';
import { editedText, refuseReadOnly } from '../files/write-back';
import { driveRelease, connectTo } from './drive-release';
import { endWith } from '../../core/end-with';
import { endInFiles } from '../files/end-in-files';
import { planCommand } from './plan';

export async function runCommand(io: Io, options: Options, canary: string): Promise<number> {
  const order = { kind: 'run', canary } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const text = readText(io, options.file);
  const release = readRelease(io, options);
  refuseUnaddressed(release, options);
  refuseUneditable(release, canary, text, options);
  const cluster = await connectTo(io, options);
  const ending = await driveRelease(io, options, release, order, cluster);
  if (ending.outcome !== 'completed') return endWith(io, ending, options.json);
  return endInFiles(io, options, { release, canary, text, cluster, ending });
}

/** A release that cannot be written down at the end is refused now, before any traffic has moved. */
function refuseUneditable(release: Release, canary: string, text: string, { file, dist, writeBack }: Options): void {
  // A version that the file does not list is told by the preflight.
  if (versionNames(release).includes(canary)) editedText(text, { keep: [canary], split: allTo(canary) }, file);
  if (writeBack !== false) refuseReadOnly(file, dist);
}

/** It would hold in the middle, with users on the new version. */
function refuseUnaddressed({ steps, analyses }: Release, { gatewayAddress }: Options): void {
  const sends = steps.some((step) => 'analyse' in step && 'requests' in (analyses[step.analyse] ?? {}));
  if (!sends || gatewayAddress !== undefined) return;
  const fix = 'give it with --gateway-address host:port (access.gatewayAddress for the Job inside the cluster)';
  throw new Refusal('no-gateway-address', "the gateway's address for an analysis that sends requests", 'none', fix);
}

export async function applyCommand(io: Io, options: Options): Promise<number> {
  const order = { kind: 'apply' } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const release = readRelease(io, options);
  return endWith(io, await driveRelease(io, options, release, order, await connectTo(io, options)), options.json);
}
