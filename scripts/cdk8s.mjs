// The command `cdk8s` of this project: the CLI as it is, without four habits that do harm here.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const output = 'dist';
const ofCli = fileURLToPath(new URL('../node_modules/cdk8s-cli/', import.meta.url));
const rarelyUsed = new Set([
  ...['jsii-pacmak', 'jsii-pacmak/lib/targets/version-utils', '../../import/dispatch', '../../import/k8s'],
  ...['cdk8s', 'semver', 'table'],
]);

// It asks the network for its newest version in every run; only this variable switches that off, no file does.
process.env.CDK8S_CHECK_UPGRADE ??= 'false';
if (process.argv[2] === 'synth') {
  keepOutputOfFailure();
  leaveOutStackTraces();
}
deferLoading();
await import('../node_modules/cdk8s-cli/bin/cdk8s');

/** It empties the folder before it runs the app: a mistake in release.yaml would cost the manifests that are live. */
function keepOutputOfFailure() {
  if (!existsSync(output)) return;
  const copy = mkdtempSync(join(tmpdir(), 'cdk8s-output-'));
  cpSync(output, copy, { recursive: true });
  process.on('exit', (code) => {
    if (code !== 0) {
      rmSync(output, { recursive: true, force: true });
      cpSync(copy, output, { recursive: true });
    }
    rmSync(copy, { recursive: true });
  });
}

/** The app has said what is wrong with the release file. Where in the CLI's own code its exit was noticed would bury that. */
function leaveOutStackTraces() {
  const print = console.error;
  console.error = (...parts) => print(...parts.map((part) => (part instanceof Error ? String(part) : part)));
}

/**
 * What a plain synth does not use: the compilers of five languages for `init` and `import`, cdk8s itself for the question to the
 * network, and what checks helm charts and prints reports. They were four fifths of the time until a synth begins.
 */
function deferLoading() {
  const load = Module._load;
  Module._load = (request, parent, isMain) => {
    if (!rarelyUsed.has(request) || !parent?.filename?.startsWith(ofCli)) return load(request, parent, isMain);
    return new Proxy({}, { get: (_, key) => key === '__esModule' || load(request, parent, isMain)[key] });
  };
}
