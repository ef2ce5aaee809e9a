/** What to look at after a failure, written beside the outcomes of the loads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayNamespace } from './gateway';
import { Kubectl } from './kubectl';
import { gatewayPods } from './proxies';
import type { Trial } from './trial';

/** Returns the names of the files. A question that cannot be answered any more has its error in its file. */
export async function diagnose(trial: Trial): Promise<string[]> {
  const { kubectl } = trial;
  const routing =
    'gateways.networking.istio.io,destinationrules.networking.istio.io,virtualservices.networking.istio.io';
  const questions: Readonly<Record<string, () => Promise<string>>> = {
    'pods.txt': () => kubectl.run('get', 'pods,deployments,replicasets', '--output', 'wide'),
    'events.txt': () => kubectl.run('get', 'events', '--sort-by', '.lastTimestamp'),
    'routing.yaml': () => kubectl.run('get', routing, '--output', 'yaml'),
    'gateway-failures.log': () => gatewayFailures(trial.host),
  };
  for (const [file, ask] of Object.entries(questions)) {
    writeFileSync(join(trial.folder, file), await ask().catch(String));
  }
  return Object.keys(questions);
}

/** Access log lines of requests for a host that were not answered 200, with Envoy's response flags. */
async function gatewayFailures(host: string): Promise<string> {
  const gateway = new Kubectl(gatewayNamespace);
  const logs = await Promise.all(
    (await gatewayPods()).map((pod) => gateway.run('logs', pod, '--since', '15m', '--prefix')),
  );
  return logs
    .flatMap((log) => log.split('\n'))
    .filter((line) => line.includes(`"${host}"`) && !line.includes('HTTP/1.1" 200 '))
    .join('\n');
}
