/** What synth writes of a release file: by the app of cdk8s.yaml, or ready in a folder. */
import { dirname, resolve } from 'node:path';
import {
  expectedShape,
  formatManifestProblem,
  readManifests,
  shapeOf,
  type ManifestFile,
  type ManifestProblem,
  type ServiceShape,
} from '../manifests';
import { defaultsIn, Refusal, type Release } from '../model';
import type { Io } from './io';
import { readText, type Options } from './options';

/** The folder may be the one that holds the release file and what it names as its defaults, too, as in a mounted ConfigMap. */
export async function filesNow(io: Io, { file, manifests }: Options): Promise<readonly ManifestFile[]> {
  if (manifests === undefined) return io.synth.synthesize({ releaseFile: file });
  const all = await io.synth.manifestsIn(manifests);
  const shared = defaultsIn(readText(io, file));
  const own = [resolve(file), ...(shared === undefined ? [] : [resolve(dirname(file), shared)])];
  return all.filter((each) => !own.includes(resolve(each.file)));
}

/** Throws a Refusal that lists every contradiction. */
export function shapeIn(files: readonly ManifestFile[], release: Release): ServiceShape {
  const { manifests, problems } = readManifests(files);
  const found = problems.length > 0 ? { problems } : shapeOf(manifests, release, expectedShape(release));
  if ('shape' in found) return found.shape;
  throw contradicting(release.name, found.problems);
}

/** Lists every contradiction, with its file and line. */
export function contradicting(service: string, problems: readonly ManifestProblem[]): Refusal {
  const lines = problems.map((problem) => `\n${formatManifestProblem(problem)}`);
  const found = lines.length === 1 ? 'a problem' : `${lines.length} problems`;
  return new Refusal('manifests', `manifests that say what ${service} consists of`, found, lines.join(''));
}
