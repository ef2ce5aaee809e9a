import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Renames a finished file into place: tests bundle at the same time as others run what is already there. */
export async function replaceFile(path, contents, mode = 0o644) {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, contents, { mode });
  await rename(unfinished, path);
}
