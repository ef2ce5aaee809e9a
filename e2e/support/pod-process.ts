/**
 * The process of a pod as this machine sees it, to do to it what no API does. The container runtime gives every container
 * its pod's name as host name. Needs a cluster on this machine, such as that of e2e/cluster.
 */
import { readFileSync, readdirSync } from 'node:fs';

/** The id of a process of the pod whose command line has these words. */
export function processOf(pod: string, words: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find(
    (pid) => read(pid, 'environ').includes(`\0HOSTNAME=${pod}\0`) && read(pid, 'cmdline').includes(words),
  );
  if (found !== undefined) return Number(found);
  throw new Error(`expected a process ${words} of the pod ${pod} on this machine, found none`);
}

function read(pid: string, file: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/${file}`, 'utf8')}`;
  } catch {
    return ''; // ended since it was listed
  }
}
