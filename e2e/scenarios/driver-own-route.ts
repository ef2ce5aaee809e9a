/** A VirtualService and a Gateway of the operator's own: several split routes on two ports, HTTP and gRPC, one pinned, others untouched. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { publicGateway } from '../support/gateway';
import { PodinfoTrial } from '../support/podinfo';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectFortioAgrees, expectNothingLost } from '../support/verdict';

const retries = { attempts: 0 };
const to = (number: number, subset?: string) => [
  { destination: { host: 'podinfo', port: { number }, ...(subset !== undefined && { subset }) } },
];

/** As Istio's documentation writes them. A match with a name gives Envoy's route another name, and so does none. */
const virtualService = (host: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'podinfo' },
  spec: {
    hosts: [host],
    gateways: ['public'],
    http: [
      { name: 'old', match: [{ uri: { prefix: '/old' } }], redirect: { uri: '/version' } },
      { name: 'beta', match: [{ headers: { beta: { exact: '1' } } }], route: to(9898, 'v2'), retries },
      {
        match: [{ name: 'first', uri: { prefix: '/api/' } }, { uri: { prefix: '/service/' } }],
        rewrite: { uri: '/' },
        timeout: '20s',
        route: to(9898),
        retries,
      },
      {
        name: 'grpc',
        match: [{ headers: { 'content-type': { prefix: 'application/grpc' } } }],
        route: to(9999),
        retries,
      },
      { name: 'web', route: to(9898), retries },
    ],
  },
});

const loads = [
  { load: 'rewritten, 60 qps', path: '/api/version', ratePerSecond: 60, connections: 15 },
  { load: 'for everyone, 60 qps', path: '/version', ratePerSecond: 60, connections: 15 },
  { load: 'by a pinned route, 30 qps', path: '/version', ratePerSecond: 30, connections: 10, headers: { beta: '1' } },
  { load: 'five seconds each, 5 qps', path: '/service/delay/5', ratePerSecond: 5, connections: 40 },
] as const;

export const driverOwnRoute: Scenario = {
  name: 'driver-own-route',
  claim:
    "with a VirtualService and a Gateway of one's own, split routes of HTTP and gRPC and a pinned one lose nothing",
  limitSeconds: 420,
  async run(trial) {
    await trial.kubectl.run('create', 'namespace', trial.namespace);
    await trial.kubectl.apply([publicGateway(trial)]);
    const route = join(trial.folder, 'virtual-service.yaml');
    writeFileSync(route, stringify(virtualService(trial.host), { version: '1.1' }));
    const podinfo = new PodinfoTrial(trial, { hosts: [], route });
    await podinfo.install();
    const started = [];
    for (const load of loads) started.push(await trial.startLoad(load));
    const finishGrpc = await trial.startGrpc(40, 4, { healthOf: 'podinfo' });
    await started[0]?.untilEnded(300, 60);
    await podinfo.release('v1', 'v2');
    expectFortioAgrees(await finishGrpc(), 'nothing');
    expectNothingLost(...(await trial.finish(...started)));
    await expectRoutes(trial);
  },
};

interface Live {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly http: readonly {
      readonly name: string;
      readonly route?: readonly { destination: { subset?: string } }[];
    }[];
  };
}

/** Names as at rest, each sends where it should, and the redirect is as it was. */
async function expectRoutes({ kubectl }: Trial): Promise<void> {
  const { metadata, spec } = await kubectl.get<Live>('virtualservice', 'podinfo');
  const found = spec.http.map(
    ({ name, route = [] }) => `${name}: ${route.map((each) => each.destination.subset).join()}`,
  );
  const wanted = ['old: ', 'beta: v2', 'route-3: v2', 'grpc: v2', 'web: v2'];
  if (found.join('; ') !== wanted.join('; '))
    throw new Error(`expected ${wanted.join('; ')}, found ${found.join('; ')}`);
  const split = metadata.annotations['handover/split-routes'];
  if (split !== 'route-3,grpc,web') throw new Error(`expected route-3,grpc,web to be declared split, found ${split}`);
}
