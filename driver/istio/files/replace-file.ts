/** A file is either as it was or as it should be, also when the process is killed in between: never half of it. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';

/** Throws when `replaceFile` could not do its work: a read-only file system, a folder without the right to write. */
export function proveReplaceable(path: string): void {
  const temporary = temporaryOf(realpathSync(path));
  rmSync(temporary, { force: true });
  closeSync(openSync(temporary, 'wx', 0o600));
  rmSync(temporary);
}

/** Expects the file to exist; keeps its mode, and a symbolic link to it. */
export function replaceFile(path: string, text: string): void {
  const real = realpathSync(path);
  const { mode } = statSync(real);
  const temporary = temporaryOf(real);
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeWhole(file, text);
    // Against the umask.
    fchmodSync(file, mode & 0o7777);
    // Otherwise a power cut may leave the new name with none of the text.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, real);
}

/** Beside it, as a rename is atomic only within one file system. One name, so that no killed run leaves many behind. */
function temporaryOf(real: string): string {
  return `${real}.handover-new`;
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}
