/**
 * Run by `cdk8s synth`: from app/release.yaml to the manifests in dist/. RELEASE_FILE names another file, or several with
 * `:` between them, one for each service.
 */
import { readRelease, warningsOf, writeManifests } from '../charts';
import { messageOf, type Release } from '../model';

/** All problems of all files at once. */
function readReleases(files: readonly string[]): Release[] {
  const problems: string[] = [];
  const releases = files.flatMap((file) => {
    try {
      return [readRelease(file)];
    } catch (error) {
      problems.push(messageOf(error));
      return [];
    }
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return releases;
}

try {
  const releases = readReleases((process.env.RELEASE_FILE ?? 'app/release.yaml').split(':'));
  writeManifests(releases);
  for (const warning of releases.flatMap(warningsOf)) process.stderr.write(`warning: ${warning}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
