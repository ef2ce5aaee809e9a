/** HTTPS by a Gateway of another team: five routes by path, with rewrites, timeouts and a mirror, and one pinned by a header. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { serviceHost } from '../../model';
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import { expectRedirect, installSharedGateway, type SharedGateway } from '../support/shared-gateway';
import { installShadow, mirroredRequests } from '../support/shadow';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

const retries = { attempts: 0 };
const to = (subset?: string) => [
  { destination: { host: 'podinfo', port: { number: 9898 }, ...(subset !== undefined && { subset }) } },
];

/** Paths as they come from outside; podinfo itself knows none of the first four. */
const virtualService = (host: string, { reference, namespace }: SharedGateway) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'podinfo' },
  spec: {
    hosts: [host],
    gateways: [reference],
    http: [
      { name: 'beta', match: [{ uri: { prefix: '/' }, headers: { beta: { exact: '1' } } }], route: to('v2'), retries },
      { match: [{ uri: { prefix: '/api/' } }], rewrite: { uri: '/' }, timeout: '10s', route: to(), retries },
      {
        name: 'reports',
        match: [{ uri: { prefix: '/reports/' } }],
        rewrite: { uri: '/delay/' },
        timeout: '15s',
        route: to(),
        retries,
      },
      {
        name: 'orders',
        match: [{ uri: { prefix: '/orders' } }],
        rewrite: { uri: '/version' },
        mirror: { host: serviceHost('shadow', namespace), port: { number: 9898 } },
        mirrorPercentage: { value: 50 },
        route: to(),
        retries,
      },
      { name: 'status', match: [{ uri: { exact: '/status' } }], rewrite: { uri: '/healthz' }, route: to(), retries },
      { name: 'web', match: [{ uri: { prefix: '/' } }], timeout: '20s', route: to(), retries },
    ],
  },
});

const loads = [
  { load: 'rewritten, 50 qps', path: '/api/version', ratePerSecond: 50, connections: 15 },
  { load: 'mirrored, 30 qps', path: '/orders', ratePerSecond: 30, connections: 10 },
  { load: 'for everyone, a connection each, 10 qps', path: '/version', ratePerSecond: 10, connections: 'new' },
  { load: 'by a pinned route, 20 qps', path: '/version', ratePerSecond: 20, connections: 10, headers: { beta: '1' } },
  { load: 'five seconds each, 5 qps', path: '/reports/5', ratePerSecond: 5, connections: 40 },
  { load: 'by an exact path, 10 qps', path: '/status', ratePerSecond: 10, connections: 5 },
] as const;

export const driverSharedGateway: Scenario = {
  name: 'driver-shared-gateway',
  claim:
    'HTTPS by a Gateway of another namespace, five routes by path, a mirror and a pinned one: an abort and a release lose nothing',
  limitSeconds: 480,
  onRequest: true,
  async run(trial) {
    const gateway = await installSharedGateway(trial);
    await installShadow(gateway.namespace);
    const route = join(trial.folder, 'virtual-service.yaml');
    writeFileSync(route, stringify(virtualService(trial.host, gateway), { version: '1.1' }));
    const podinfo = new PodinfoTrial(trial, { hosts: [], route });
    await podinfo.install();
    await expectRedirect(trial);
    const started = [];
    for (const load of loads) started.push(await trial.startLoad({ ...load, tls: gateway.tls }));
    await started[0]?.untilEnded(300, 60);
    await podinfo.releaseAndAbort('v1', 'v2');
    await podinfo.release('v1', 'v2');
    expectNothingLost(...(await trial.finish(...started)));
    await expectMirrored(trial, gateway);
  },
};

async function expectMirrored(trial: Trial, { namespace }: SharedGateway): Promise<void> {
  const count = await mirroredRequests(namespace);
  trial.note(`${count} requests came to the shadow, by the mirror`);
  if (count === 0) throw new Error('expected requests at the shadow, by the mirror, and found none');
}
