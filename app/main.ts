/** Run by `cdk8s synth`: from app/release.yaml to the manifests in dist/. RELEASE_FILE names another file. */
import { readFileSync } from 'node:fs';
import { App } from 'cdk8s';
import { addReleaseCharts } from '../charts';
import { formatProblem, parseRelease } from '../model';

const file = process.env.RELEASE_FILE ?? 'app/release.yaml';
const parsed = parseRelease(readFileSync(file, 'utf8'));

if ('problems' in parsed) {
  process.stderr.write(parsed.problems.map((problem) => `${formatProblem(file, problem)}\n`).join(''));
  process.exitCode = 1;
} else {
  const app = new App();
  addReleaseCharts(app, parsed.release);
  app.synth();
}
