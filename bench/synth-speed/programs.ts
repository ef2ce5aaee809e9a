/** What is measured: the app alone, and under the two forms of the CLI. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Services {
  /** Behind the name of a program. */
  readonly what: string;
  /** Release files with colons between them. */
  readonly files: string;
}

export interface Program {
  readonly what: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const shippedFile = 'app/release.yaml';
export const shippedService: Services = { what: '', files: shippedFile };

const app = join(__dirname, 'handover-app.js');

export function ownPrograms(folder: string, services: readonly Services[]): Program[] {
  const nothing = join(folder, 'nothing.js');
  writeFileSync(nothing, '');
  const alone: Program = { what: 'Node alone', command: [process.execPath, nothing] };
  return [alone, ...services.flatMap((one) => ofServices(one, join(folder, 'dist')))];
}

/** Writes the manifests into this folder. */
export function appOn({ what, files }: Services, outdir: string): Program {
  return {
    what: `the app${what}`,
    command: [process.execPath, app],
    env: { RELEASE_FILE: files, CDK8S_OUTDIR: outdir },
  };
}

function ofServices(services: Services, outdir: string): Program[] {
  const synth = (what: string, cli: string): Program => ({
    what: `${what}${services.what}`,
    command: [process.execPath, cli, 'synth', '--app', `${process.execPath} ${app}`, '--output', outdir],
    env: { RELEASE_FILE: services.files, CDK8S_CHECK_UPGRADE: 'false' },
  });
  return [
    appOn(services, outdir),
    synth('cdk8s synth', 'scripts/cdk8s.mjs'),
    synth("cdk8s synth by cdk8s' own CLI", 'node_modules/cdk8s-cli/bin/cdk8s'),
  ];
}
