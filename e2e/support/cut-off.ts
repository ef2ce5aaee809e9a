/**
 * A gateway whose packets to istiod are dropped: it stays Ready and serves on by what it knows. Done by a rule in the pod's
 * own network namespace, which is reached by the container runtime's pid file of the cluster in e2e/cluster.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { run } from './command';

const istiodPort = '15012';
const directions = { OUTPUT: '--dport', INPUT: '--sport' };

/**
 * Both directions: what istiod has on its way would still arrive otherwise, only its receipt would not. Returns how to let
 * the packets through again.
 */
export async function cutOff(pod: string): Promise<() => Promise<void>> {
  const pid = processOf(pod);
  const iptables = (how: '-I' | '-D') =>
    Promise.all(
      Object.entries(directions).map(([chain, port]) => {
        const rule = [chain, '-p', 'tcp', port, istiodPort, '-j', 'DROP'];
        return run('nsenter', ['--target', pid, '--net', 'iptables', '--wait', how, ...rule]);
      }),
    );
  await iptables('-I');
  return async () => {
    await iptables('-D');
  };
}

/** A process of the pod: the kubelet gives every container its pod's name as host name. */
function processOf(pod: string): string {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (environmentOf(pid).includes(`\0POD_NAME=${pod}\0`)) return pid;
  }
  throw new Error(
    `expected a process of the pod ${pod} on this machine, found none: this needs the cluster of e2e/cluster`,
  );
}

function environmentOf(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return ''; // ended since it was listed
  }
}
