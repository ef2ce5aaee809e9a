/** Files of YAML that a release file names. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { formatManifestProblem, readManifests, type ManifestProblem, type Placed } from '../../manifests';
import { messageOf } from '../../model';

/** Throws an Error with every problem, each with its file and line. */
export function readObjects(path: string): readonly Placed[] {
  const file = relative(process.cwd(), path) || path;
  const { manifests, problems } = readManifests([{ file, text: textOf(path, file) }]);
  refuse(problems);
  return manifests;
}

export function refuse(problems: readonly ManifestProblem[]): void {
  if (problems.length > 0) throw new Error(problems.map(formatManifestProblem).join('\n'));
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`expected YAML at ${file}, as the release file names it, found: ${messageOf(error)}`);
  }
}
