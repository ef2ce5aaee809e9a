/** Synth in processes of the machine. Everything is written to a temporary folder, and nothing into the working tree. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { messageOf, Refusal } from '../../model';
import { appOf } from './app-of';
import { manifestsIn, readManifestFiles } from './manifest-files';
import { mirrored } from './mirror';
import { synthRefusal } from './refusal';
import { runApp } from './run-app';
import type { Synth, SynthRequest } from './synth';

const defaultLimitMs = 60_000;

/** `stop` ends an app that runs. */
export function realSynth(
  environment: NodeJS.ProcessEnv,
  stop: AbortSignal,
  { limitMs = defaultLimitMs }: { readonly limitMs?: number } = {},
): Synth {
  const synthesize = ({ releaseFile, text, config = 'cdk8s.yaml', tell }: SynthRequest) =>
    inTemporaryFolder(async (folder) => {
      const command = await appOf(config);
      const outdir = join(folder, 'manifests');
      await mkdir(outdir);
      const root = dirname(resolve(config));
      const tree = join(folder, 'tree');
      const file = text === undefined ? resolve(releaseFile) : await mirrored(tree, root, releaseFile, text);
      // What cdk8s synth sets, too. Its CLI is not run: it would empty the folder that cdk8s.yaml names.
      const env = { ...environment, RELEASE_FILE: file, CDK8S_OUTDIR: outdir };
      const printed = await runApp({ command, config, env, cwd: root, log: join(folder, 'log'), stop, limitMs });
      const files = await readManifestFiles(outdir);
      if (files.length === 0) throw nothingWritten(command);
      tell?.(printed);
      return files;
    }).catch(toRefusal);
  return { synthesize, manifestsIn };
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'handover-synth-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Such as a temporary folder that is full, or one that the app took away. */
function toRefusal(error: unknown): never {
  if (error instanceof Refusal) throw error;
  throw synthRefusal('to run the app and to read what it wrote', messageOf(error), 'see to that, then run again');
}

function nothingWritten(command: string) {
  const fix = 'let the app write to the folder in CDK8S_OUTDIR: new App() does, new App({ outdir }) does not';
  return synthRefusal(`manifests (*.yaml, *.yml) from ${command}`, 'none', fix);
}
