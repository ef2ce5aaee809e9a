/** The files of manifests below a folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestFile } from '../../manifests';
import { messageOf } from '../../model';
import { synthRefusal } from './refusal';

const isYaml = (name: string) => /\.ya?ml$/.test(name);

export async function manifestsIn(folder: string): Promise<readonly ManifestFile[]> {
  const fix = 'pass the folder into which cdk8s synth wrote';
  const expected = `manifests (*.yaml, *.yml) in ${folder}`;
  const files = await readManifestFiles(folder).catch((error: unknown) => {
    throw synthRefusal(expected, messageOf(error), fix);
  });
  if (files.length === 0) throw synthRefusal(expected, 'none', fix);
  return files.map(({ file, text }) => ({ file: join(folder, file), text }));
}

/** Named by their path below the folder, and sorted by it. */
export async function readManifestFiles(folder: string): Promise<readonly ManifestFile[]> {
  const names = (await namesBelow(folder, '')).sort();
  return Promise.all(names.map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') })));
}

/**
 * A mounted ConfigMap holds each file twice: in a folder such as `..2026_01_01`, and as a link to it. The link is taken, and
 * what begins with a dot is left out, or every object would be there twice.
 */
async function namesBelow(root: string, below: string): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const names = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.'))
      .map(async (entry) => {
        const name = join(below, entry.name);
        if (entry.isDirectory()) return namesBelow(root, name);
        return isYaml(name) && (await stat(join(root, name))).isFile() ? [name] : [];
      }),
  );
  return names.flat();
}
