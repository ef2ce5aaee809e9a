/** From a release file on disk to a Release whose paths can be opened from anywhere. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { beside, formatProblem, parseRelease, type Release } from '../model';

/**
 * Left out, the file is the one in RELEASE_FILE, which handover sets when it runs the app, else `app/release.yaml`. Throws an
 * Error that lists every problem, one a line, each with its place. Paths in the file are relative to its folder.
 */
export function readRelease(file: string = process.env.RELEASE_FILE ?? 'app/release.yaml'): Release {
  const folder = dirname(file);
  const parsed = parseRelease(textOf(file), beside(file, textOf));
  if ('problems' in parsed) throw new Error(parsed.problems.map((problem) => formatProblem(file, problem)).join('\n'));
  const { release } = parsed;
  return {
    ...release,
    ...(release.route !== undefined && { route: resolve(folder, release.route) }),
    versions: release.versions.map((version) =>
      version.workload === undefined ? version : { ...version, workload: resolve(folder, version.workload) },
    ),
  };
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}
