/** Run by `cdk8s synth`: from app/release.yaml to the manifests in dist/. RELEASE_FILE names another file. */
import { readFileSync } from 'node:fs';
import { writeManifests } from '../charts';
import { formatProblem, parseRelease, type Release } from '../model';

function readRelease(file: string): Release {
  const parsed = parseRelease(readFileSync(file, 'utf8'));
  if ('release' in parsed) return parsed.release;
  throw new Error(parsed.problems.map((problem) => formatProblem(file, problem)).join('\n'));
}

try {
  writeManifests(readRelease(process.env.RELEASE_FILE ?? 'app/release.yaml'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
