/** A terminal may be closed, and a reader may end, while a release is under way. Neither ends the process. */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';

export function surviveLostTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreNobodyReads);
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', () => terminals.filter((descriptor) => !isatty(descriptor)).forEach(replace));
}

/** EPIPE: whoever read has ended, as in `handover status | head`. EIO: the terminal is gone. */
function ignoreNobodyReads(error: NodeJS.ErrnoException): void {
  if (!['EPIPE', 'EIO'].includes(error.code ?? '')) throw error;
}

/**
 * Node sets each terminal back as it was when the process ends, and takes it for a fault of its own when that fails: SIGABRT instead of
 * the exit code. What is another file by then, it leaves alone. The lowest free descriptor is the one that was closed.
 */
function replace(descriptor: number): void {
  closeSync(descriptor);
  openSync(devNull, 'r+');
}
