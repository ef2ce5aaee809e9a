/** A folder of examples/, used as its reader would use it: copied, and a second version released. In simulation. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { realSynth } from '../../driver/synth';
import type { Manifest } from '../../model';
import { simulatedIo } from './simulated-io';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handover-user-'));
  folders.push(folder);
  return folder;
}

export function copyOfExample(name: string): string {
  const folder = emptyFolder();
  cpSync(join('examples', name), folder, { recursive: true });
  return folder;
}

/** The text of a release file that lists v1 alone, with v2 after it. */
export function withSecondVersion(text: string): string {
  const line = /^ {2}v1: .*\n/m.exec(text)?.[0];
  if (line === undefined) throw new Error(`expected a line for v1 below versions, found:\n${text}`);
  return text.replace(line, `${line}  v2: { image: 'registry.example.com/shop:1.5.0' }\n`);
}

export interface Released {
  readonly exitCode: number;
  /** What the driver said. */
  readonly said: string;
  readonly lost: readonly unknown[];
  /** The release file, and the manifests, as the release left them. */
  readonly file: string;
  readonly manifests: readonly Manifest[];
}

/** Runs `handover run v2` with the app of the folder's cdk8s.yaml. The cluster is simulated; the synth is real. */
export async function releaseInSimulation(
  folder: string,
  releaseFile: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Released> {
  const file = join(folder, releaseFile);
  const installed = readFileSync(file, 'utf8');
  const withBoth = withSecondVersion(installed);
  writeFileSync(file, withBoth);
  const io = simulatedIo({ file: withBoth, installed });
  const { synthesize, manifestsIn } = realSynth({ ...process.env, ...environment }, io.stop);
  const config = join(folder, 'cdk8s.yaml');
  const exitCode = await io.run(['--file', file, 'run', 'v2'], {
    synth: { manifestsIn, synthesize: (request) => synthesize({ ...request, config }) },
  });
  return {
    exitCode,
    said: io.printed.err + io.printed.out,
    lost: io.world.result().lost,
    file: readFileSync(file, 'utf8'),
    manifests: exitCode === 0 ? manifestsBelow(io.dist) : [],
  };
}

export function manifestsBelow(folder: string): Manifest[] {
  return readdirSync(folder).flatMap((name) => manifestsOf(readFileSync(join(folder, name), 'utf8')));
}

export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}
