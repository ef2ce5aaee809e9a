// The command `cdk8s` of this project: the CLI as it is, without four habits that do harm here.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const output = 'dist';

// It asks the network for its newest version in every run; only this variable switches that off, no file does.
process.env.CDK8S_CHECK_UPGRADE ??= 'false';
if (process.argv[2] === 'synth') {
  keepOutputOfFailure();
  leaveOutStackTraces();
}
deferLoading('jsii-pacmak', 'jsii-pacmak/lib/targets/version-utils', '../../import/dispatch');
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

/** What only `cdk8s init` and `cdk8s import` use: compilers of five languages, two thirds of the time until a synth begins. */
function deferLoading(...names) {
  const load = Module._load;
  Module._load = (request, ...rest) => {
    if (!names.includes(request)) return load(request, ...rest);
    return new Proxy({}, { get: (_, key) => key === '__esModule' || load(request, ...rest)[key] });
  };
}
