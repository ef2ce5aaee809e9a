/** What synth writes of one service: for the file as it is, and for the file as it will be. */
import type { ManifestFile, ServiceShape } from '../../../manifests';
import type { Release } from '../../../model';
import type { Io } from '../../io';
import { releaseIn, type Options } from '../../options';
import { filesNow, shapeIn } from '../../synthesized-files';
import { asSynthesized } from '../routed-release';

/** What synth wrote: of the service, and as files. */
export interface Synthesized {
  readonly shape: ServiceShape;
  /** The release of the file, with what the manifests say. */
  readonly release: Release;
  readonly files: readonly ManifestFile[];
}

/** Throws a Refusal that lists every contradiction, with its file and line. */
export async function synthesized(io: Io, options: Options, release: Release): Promise<Synthesized> {
  const files = await filesNow(io, options);
  const shape = shapeIn(files, release);
  return { shape, files, release: asSynthesized(release, shape) };
}

/** Of the file with another text. Undefined with --manifests: what is ready cannot say what will be. */
export async function filesOf(io: Io, options: Options, text: string): Promise<readonly ManifestFile[] | undefined> {
  if (options.manifests !== undefined) return undefined;
  return io.synth.synthesize({ releaseFile: options.file, text });
}

export function shapeOfText(io: Io, options: Options, files: readonly ManifestFile[], text: string): ServiceShape {
  return shapeIn(files, releaseIn(io, text, options));
}
