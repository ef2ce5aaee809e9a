/**
 * Run by `cdk8s synth`: from app/release.yaml to the manifests in dist/. RELEASE_FILE names another file, or several with
 * `:` between them, one for each service.
 */
import { readFileSync } from 'node:fs';
import { writeManifests } from '../charts';
import { formatProblem, messageOf, parseRelease, type Release } from '../model';

/** All problems of all files at once. */
function readReleases(files: readonly string[]): Release[] {
  const parsed = files.map((file) => ({ file, result: parseRelease(readFileSync(file, 'utf8')) }));
  const lines = parsed.flatMap(({ file, result }) =>
    'problems' in result ? result.problems.map((problem) => formatProblem(file, problem)) : [],
  );
  if (lines.length > 0) throw new Error(lines.join('\n'));
  return parsed.flatMap(({ result }) => ('release' in result ? [result.release] : []));
}

try {
  writeManifests(readReleases((process.env.RELEASE_FILE ?? 'app/release.yaml').split(':')));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
