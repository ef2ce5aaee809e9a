/**
 * The end of a completed release in Git. Whatever goes wrong here, the release is completed and its ending says so; but a
 * pipeline must not take the old file for the new one, whose next apply would bring the old version back.
 */
import type { ManifestFile, ServiceShape } from '../../../manifests';
import { exitCodes, allTo, versionNames, type Release, type Manifest } from '../../../model';
import { objectsAlone, type Cluster } from '../cluster';
import { endedElsewhere } from '../ended-by-history';
import { describeDifference, differences } from './difference';
import type { Ending } from '../../core/ending';
import type { Io } from '../../io';
import type { Options } from '../../options';
import { filesOf, shapeOfText } from './manifests';
import { textAtEnd, writeBack } from './write-back';
import { endWith } from '../../core/end-with';

export interface Completed {
  readonly release: Release;
  readonly canary: string;
  /** The release file as it was read when the release began. */
  readonly text: string;
  readonly cluster: Cluster;
  /** What synth wrote of that file: those of its files that it does not write any more go. */
  readonly before: readonly ManifestFile[];
  readonly ending: Ending;
}

/** What the release file lists then is what was released. Of another driver's end nobody knows here what came after it. */
export function isInFiles({ outcome, code }: Ending): boolean {
  return (outcome === 'completed' || outcome === 'drained') && code !== endedElsewhere;
}

export async function endInFiles(io: Io, options: Options, completed: Completed): Promise<number> {
  const { release, canary, text, cluster, before, ending } = completed;
  try {
    const { left = [] } = ending;
    // Git says from now on that they go: whoever applies it removes them.
    const remaining = (await liveVersions(release, cluster)).filter((version) => !left.includes(version));
    const edit = { keep: remaining, split: allTo(canary) };
    const releaseFile = textAtEnd(text, edit, options);
    if (releaseFile === undefined) return leaveToOwner(io, options, ending);
    const now = await filesOf(io, options, releaseFile);
    if (options.writeBack !== false) {
      const manifests = now && { now, before };
      writeBack({ file: options.file, dist: options.dist, text, manifests, ...edit });
    }
    if (left.length > 0) io.err(`${told(options, `what is live when ${left.join(', ')} is gone`)}\n`);
    else await tellWhatIsLive(io, options, now && shapeOfText(io, options, now, releaseFile), completed);
    return endWith(io, { ...ending, releaseFile }, options.json);
  } catch (error) {
    io.err(`handover: the release is ${ending.outcome}, but not written down: ${(error as Error).message}\n`);
    endWith(io, ending, options.json);
    return exitCodes.failed;
  }
}

/** With --no-write-back, of a file that no program can edit. */
function leaveToOwner(io: Io, { file, json }: Options, ending: Ending): number {
  io.err(`${file} was left as it is, and it cannot be edited in place: list there what is live\n`);
  return endWith(io, ending, json);
}

/** That the files say what is live is said only when it was seen; somebody may have edited an object by hand. */
async function tellWhatIsLive(
  io: Io,
  options: Options,
  shape: ServiceShape | undefined,
  completed: Completed,
): Promise<void> {
  const found = shape && (await unlike(shape, completed));
  for (const difference of found ?? []) io.err(`warning: live is not as the file says: ${difference}\n`);
  io.err(`${told(options, found?.length === 0 ? 'what is live' : 'what was released')}\n`);
}

/** Undefined when it cannot be told. */
async function unlike(shape: ServiceShape, { cluster, release }: Completed): Promise<string[] | undefined> {
  const live = await cluster.live?.(release).catch(() => undefined);
  return live && differences(drivenManifests(shape), live).map(describeDifference);
}

/** What a release writes; Service, Gateway and the like are applied by whoever installs. */
export function drivenManifests({ versions, virtualService, destinationRule }: ServiceShape): Manifest[] {
  return [...Object.values(versions).flatMap(({ objects }) => objects), virtualService, destinationRule];
}

function told({ file, dist, manifests, writeBack: isWanted, json }: Options, what: string): string {
  // Ready manifests cannot say what will be: only the file was written.
  if (isWanted !== false && manifests !== undefined)
    return `${file} now says ${what}; ${manifests}/ still has the manifests from before: synthesize them again`;
  if (isWanted !== false) return `${file} and ${dist}/ now say ${what}`;
  const where = json
    ? 'the ending has what it should say, as releaseFile'
    : 'run with --json to get its new text in the last line';
  return `${file} was left as it is; ${where}`;
}

/** The file follows what is seen to be true, never the other way round. */
async function liveVersions(release: Release, cluster: Cluster): Promise<string[]> {
  const { workloads } = await cluster.observe(release, objectsAlone);
  return versionNames(release).filter((version) => workloads[version]?.isGone === undefined && version in workloads);
}
