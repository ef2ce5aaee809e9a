/** Whether this process has the terminal. "Cannot tell" is no. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export function isForeground(pid: number): boolean {
  try {
    return existsSync('/proc/self/stat') ? isInFront(readFileSync('/proc/self/stat', 'utf8')) : isMarked(pid);
  } catch {
    return false;
  }
}

/** `pid (name) state ppid pgrp session tty tpgid …`; the name may contain anything. */
export function isInFront(stat: string): boolean {
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group !== undefined && group === foreground;
}

/** macOS has no /proc. */
function isMarked(pid: number): boolean {
  return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).includes('+');
}
