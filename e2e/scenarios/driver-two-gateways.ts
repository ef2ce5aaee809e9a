/** One route for a public and an internal gateway, as many have it: each has hosts and pods of its own, and is asked for those alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { gatewayNamespace } from '../support/gateway';
import { Kubectl } from '../support/kubectl';
import type { Manifest } from '../support/manifests';
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

const quick = { path: '/version', ratePerSecond: 60, connections: 10 } as const;

export const driverTwoGateways: Scenario = {
  name: 'driver-two-gateways',
  claim:
    'a route for two gateways, each with hosts and pods of its own, one wider than its gateway: released under load at both',
  onRequest: true,
  limitSeconds: 240,
  async run(trial) {
    const { kubectl, namespace, host } = trial;
    const inner = `demo.internal-${host}`;
    await kubectl.run('create', 'namespace', namespace);
    const inside = await startSecondGateway(trial);
    await kubectl.apply([
      gatewayOf(trial, 'public', host, 'ingressgateway'),
      gatewayOf(trial, 'internal', inner, inside),
    ]);
    const route = join(trial.folder, 'virtual-service.yaml');
    writeFileSync(route, stringify(routeFor([host, `*.internal-${host}`]), { version: '1.1' }));
    const podinfo = new PodinfoTrial(trial, { hosts: [], route, retries: undefined });
    await podinfo.install();
    const address = await addressOf(inside);
    const loads = [
      await trial.startLoad({ load: 'public, 60 qps', ...quick }),
      await trial.startLoad({ load: 'internal, 60 qps', ...quick, address, headers: { host: inner } }),
    ];
    await Promise.all(loads.map((load) => load.untilEnded(100, 60)));
    await podinfo.release('v1', 'v2');
    expectNothingLost(...(await trial.finish(...loads)));
  },
};

const system = new Kubectl(gatewayNamespace);

/** Pods as those of the first, by another label, and where its account is. Returns the label. */
async function startSecondGateway(trial: Trial): Promise<string> {
  const name = `inside-${trial.namespace.slice(-6)}`;
  const labels = { app: name, istio: name };
  const { spec } = await system.get<Manifest>('deployment', 'istio-ingressgateway');
  const { template } = spec as { template: Manifest };
  const pod = { ...template, metadata: { ...template.metadata, labels: { ...template.metadata.labels, ...labels } } };
  const metadata = { name, namespace: gatewayNamespace, labels };
  const ports = [{ name: 'http2', port: 80, targetPort: 8080 }];
  trial.atEnd(() => system.run('delete', 'deployment,service', name, '--ignore-not-found', '--wait=false'));
  await system.apply([
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 1, selector: { matchLabels: labels }, template: pod },
    },
  ]);
  await system.rolledOut(name);
  return name;
}

async function addressOf(service: string): Promise<string> {
  const { spec } = await system.get<Manifest>('service', service);
  return `${(spec as { clusterIP: string }).clusterIP}:80`;
}

function gatewayOf({ namespace }: Trial, name: string, host: string, istio: string): Manifest {
  const servers = [{ hosts: [host], port: { name: 'http', number: 80, protocol: 'HTTP' } }];
  const spec = { selector: { istio }, servers };
  return { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name, namespace }, spec };
}

function routeFor(hosts: readonly string[]) {
  const route = [{ destination: { host: 'podinfo', port: { number: 9898 } } }];
  const http = [{ name: 'web', retries: { attempts: 0 }, route }];
  const spec = { hosts, gateways: ['public', 'internal'], http };
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'podinfo' }, spec };
}
