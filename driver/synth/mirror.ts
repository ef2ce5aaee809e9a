/**
 * The working tree with another text in one file. The app may read what lies beside the release file, or above it, as for the
 * file itself; the working tree stays as it is.
 */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** Below `into`, which is empty. `root` is the folder from which on relative paths work. Returns the path of the file there. */
export async function mirrored(into: string, root: string, file: string, text: string): Promise<string> {
  const path = relative(resolve(root), resolve(file));
  // Outside of the root only what lies beside the file can be found.
  const [from, parts] = path.startsWith('..')
    ? [dirname(resolve(file)), [basename(file)]]
    : [resolve(root), path.split(sep)];
  const folders = parts.slice(0, -1).map((_, level) => join(...parts.slice(0, level + 1)));
  for (const [level, folder] of ['', ...folders].entries()) {
    await mkdir(join(into, folder), { recursive: true });
    await linkAll(join(from, folder), join(into, folder), parts[level]);
  }
  const mirror = join(into, ...parts);
  await writeFile(mirror, text);
  return mirror;
}

async function linkAll(from: string, into: string, except: string | undefined): Promise<void> {
  const names = (await readdir(from)).filter((name) => name !== except);
  await Promise.all(names.map((name) => symlink(join(from, name), join(into, name))));
}
