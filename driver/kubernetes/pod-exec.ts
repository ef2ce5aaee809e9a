/** HTTP to Envoy's admin port by running pilot-agent in the pod: for clusters that allow exec but no port-forward. */
import { Writable } from 'node:stream';
import { Exec, type KubeConfig, type V1Status } from '@kubernetes/client-node';
import { Whole, type Get, type Sieve } from './http-over';
import { proxyContainer, type PodAddress } from './objects';
import { defaultLimits, type Limits } from './pod-http';

export function execGet(config: KubeConfig, address: PodAddress, limits: Limits = defaultLimits): Get {
  return inTurn((path, sieve = new Whole()) => execOnce(config, address, limits, path, sieve));
}

/** One after the other, also when they are asked at once: programs that run side by side answer in any order. */
export function inTurn(get: Get): Get {
  let last: Promise<unknown> = Promise.resolve();
  return (path, sieve) => {
    const answer = last.then(() => get(path, sieve));
    last = answer.catch(() => undefined);
    return answer;
  };
}

function execOnce(
  config: KubeConfig,
  { namespace, pod }: PodAddress,
  limits: Limits,
  path: string,
  sieve: Sieve,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const output = collector(limits.maxBytes, sieve);
    const problems = collector(limits.maxBytes, new Whole());
    const timer = setTimeout(() => reject(new Error(`no answer within ${limits.timeoutMs} ms`)), limits.timeoutMs);
    const end = ({ status, message }: V1Status) => {
      clearTimeout(timer);
      if (status === 'Success') resolve(output.text());
      else reject(new Error(problems.text().trim().slice(0, 300) || message || 'pilot-agent failed'));
    };
    const command = ['pilot-agent', 'request', 'GET', path];
    new Exec(config)
      .exec(namespace, pod, proxyContainer, command, output.stream, problems.stream, null, false, end)
      .catch((error: unknown) => {
        clearTimeout(timer);
        reject(new Error((error as { message?: string }).message ?? String(error)));
      });
  });
}

function collector(maxBytes: number, sieve: Sieve) {
  let size = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= maxBytes) sieve.write(chunk);
      done();
    },
  });
  return { stream, text: () => sieve.end() };
}
