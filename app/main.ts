/** Run by `cdk8s synth`: from app/release.yaml to the manifests in dist/. RELEASE_FILE names another file. */
import { readFileSync } from 'node:fs';
import { writeManifests } from '../charts';
import { formatProblem, parseRelease, type Release } from '../model';

function main(file: string, checkOnly: boolean): void {
  const release = readRelease(file);
  if (!checkOnly) writeManifests(release);
}

function readRelease(file: string): Release {
  const parsed = parseRelease(readFileSync(file, 'utf8'));
  if ('release' in parsed) return parsed.release;
  throw new Error(parsed.problems.map((problem) => formatProblem(file, problem)).join('\n'));
}

try {
  // `npm run synth` checks before it calls the CLI, because the CLI empties dist/ before it calls this program.
  main(process.env.RELEASE_FILE ?? 'app/release.yaml', process.argv.includes('--check'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
