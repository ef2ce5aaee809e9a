/** Synthesizes the release file, and reads what a rolling update needs of it. */
import { readManifests, rollingShapeOf } from '../../manifests';
import { versionNames, type Release } from '../../model';
import type { Io } from '../io';
import type { Options } from '../options';
import { contradicting, filesNow } from '../synthesized-files';
import type { Wanted } from './wanted';

/** Throws a Refusal that lists every contradiction, with its file and line. */
export async function wantedBy(io: Io, options: Options, release: Release): Promise<Wanted> {
  const { manifests, problems } = readManifests(await filesNow(io, options));
  const { name, namespace } = release;
  const [version = ''] = versionNames(release);
  const read = problems.length > 0 ? { problems } : rollingShapeOf(manifests, { name, namespace }, version);
  if ('problems' in read) throw contradicting(name, read.problems);
  return { release, manifests: read.shape.objects, deployment: read.shape.deployment };
}
