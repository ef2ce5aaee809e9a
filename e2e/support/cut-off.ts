/**
 * A gateway whose packets to istiod are dropped: it stays Ready and serves on by what it knows. Done by a rule in the pod's
 * own network namespace, which is reached by a process of the pod.
 */
import { run } from './command';
import { processOf } from './pod-process';

const istiodPort = '15012';
/** Where the gateway serves HTTP. */
const ownPort = '8080';
const adminPort = '15000';
const directions = { OUTPUT: ['--dport', '--sport'], INPUT: ['--sport', '--dport'] } as const;

/** Nobody gets an answer from its admin port any more. The pod serves on, and stays Ready for a minute. Returns how to undo it. */
export async function hideAdmin(pod: string): Promise<() => Promise<void>> {
  const pid = String(processOf(pod, 'pilot-agent'));
  const rule = ['INPUT', '-p', 'tcp', '--dport', adminPort, '-j', 'DROP'];
  const iptables = (how: '-I' | '-D') => run('nsenter', ['--target', pid, '--net', 'iptables', '--wait', how, ...rule]);
  await iptables('-I');
  return async () => {
    await iptables('-D');
  };
}

/**
 * Both directions: what istiod has on its way would still arrive otherwise, only its receipt would not. Returns how to let
 * the packets through again.
 */
export async function cutOff(pod: string): Promise<() => Promise<void>> {
  const pid = String(processOf(pod, 'pilot-agent'));
  const iptables = (how: '-I' | '-D') =>
    Promise.all(
      Object.entries(directions).map(([chain, [there, here]]) => {
        // Not what is served: a client may have that number as its own port, and would lose its requests to this rule.
        const rule = [chain, '-p', 'tcp', there, istiodPort, '!', here, ownPort, '-j', 'DROP'];
        return run('nsenter', ['--target', pid, '--net', 'iptables', '--wait', how, ...rule]);
      }),
    );
  await iptables('-I');
  return async () => {
    await iptables('-D');
  };
}
