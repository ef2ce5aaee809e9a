/** `handover run VERSION` and `handover apply`. */
import { allTo, Refusal, versionNames, versionsAtEnd, type Release } from '../../../model';
import type { Io } from '../../io';
import { readRelease, readText, releaseIn, untilOf, type Options } from '../../options';
import { filesOf, shapeOfText } from '../files/manifests';
import { refuseReadOnly, textAtEnd } from '../files/write-back';
import { driveRelease, passPreflight, targetOf } from './drive-release';
import { endWith } from '../../core/end-with';
import { endedElsewhere } from '../ended-by-history';
import { endInFiles, isInFiles } from '../files/end-in-files';
import { handOver } from './hand-over';
import { refuseUnwritableReport } from '../html/write-report';
import { refuseTakeOver } from './accepted-take-over';
import { planCommand } from './plan';

export async function runCommand(io: Io, options: Options, canary: string): Promise<number> {
  const order = { kind: 'run', canary, until: untilOf(options) } as const;
  if (options.dryRun) return planCommand(io, options, order);
  const text = readText(io, options.file);
  const ofFile = releaseIn(io, text, options);
  refuseUnaddressed(ofFile, options);
  refuseUnwritableReport(options.report);
  await refuseUnwritable(io, options, ofFile, text, canary);
  const target = await targetOf(io, options, ofFile);
  const { release } = target;
  await passPreflight(io, options, release, order, target);
  await refuseTakeOver(options, target);
  const driven = await driveRelease(io, options, release, order, target);
  const ending = await handOver(io, options, target, driven);
  // Somebody else's end is not written to files as if it were this one's.
  if (driven.code === endedElsewhere && driven.outcome === 'completed')
    io.err(
      `${options.file} was left as it is: another driver ended the release and has a file of its own; list in yours what is live\n`,
    );
  if (!isInFiles(driven)) return endWith(io, ending, options.json);
  return endInFiles(io, options, { canary, text, ...target, ending });
}

/** A release whose end cannot be synthesized or written down is refused now, before any traffic has moved. */
async function refuseUnwritable(
  io: Io,
  options: Options,
  release: Release,
  text: string,
  canary: string,
): Promise<void> {
  const { file, dist, writeBack } = options;
  if (writeBack !== false) refuseReadOnly(file, dist);
  // A version that the file does not list is told by the preflight.
  if (!versionNames(release).includes(canary)) return;
  const end = textAtEnd(text, { keep: versionsAtEnd(release, canary), split: allTo(canary) }, options);
  const files = end === undefined ? undefined : await filesOf(io, options, end);
  if (files && end !== undefined) shapeOfText(io, options, files, end);
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
  refuseUnwritableReport(options.report);
  const target = await targetOf(io, options, readRelease(io, options));
  const { release } = target;
  await passPreflight(io, options, release, order, target);
  await refuseTakeOver(options, target);
  const ending = await driveRelease(io, options, release, order, target);
  return endWith(io, await handOver(io, options, target, ending), options.json);
}
