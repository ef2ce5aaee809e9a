/** Fortio's server: gRPC calls on one port, HTTP on another, and an end at SIGTERM that waits for no request. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { publicGateway } from '../support/gateway';
import { ProgramTrial } from '../support/program';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectFortioAgrees, expectNothingLost } from '../support/verdict';

const release = `
name: fortio
namespace: fortio
workload: fortio.yaml
route: route.yaml
versions: {}
`;
const retries = { attempts: 0 };
const to = (number: number) => [{ destination: { host: 'fortio', port: { number } } }];

const virtualService = (host: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'fortio' },
  spec: {
    hosts: [host],
    gateways: ['public'],
    http: [
      { name: 'ping', match: [{ uri: { prefix: '/fgrpc.PingServer/' } }], route: to(8079), retries },
      { name: 'echo', route: to(8080), retries },
    ],
  },
});

export const driverFortio: Scenario = {
  name: 'driver-fortio',
  claim: "Fortio's server, gRPC ping and HTTP: v1 to v2 to v3, and a pod deleted, with an end that drops what it has",
  limitSeconds: 420,
  onRequest: true,
  async run(trial) {
    const fortio = await installed(trial);
    const loads = [
      await trial.startLoad({ load: 'echo, 60 qps', path: '/', ratePerSecond: 60, connections: 20 }),
      await trial.startLoad({ load: 'four seconds, 6 qps', path: '/?delay=4s', ratePerSecond: 6, connections: 50 }),
    ];
    const finishPings = await trial.startGrpc(40, 4, 'ping');
    await loads[0]?.untilEnded(200, 60);
    await fortio.release('v1', 'v2');
    await fortio.release('v2', 'v3');
    await deleteOnePod(trial);
    expectFortioAgrees(await finishPings(), 'nothing');
    expectNothingLost(...(await trial.finish(...loads)));
  },
};

async function installed(trial: Trial): Promise<ProgramTrial> {
  await trial.kubectl.run('create', 'namespace', trial.namespace);
  await trial.kubectl.apply([publicGateway(trial)]);
  const route = join(trial.folder, 'route.yaml');
  writeFileSync(route, stringify(virtualService(trial.host), { version: '1.1' }));
  const workload = readFileSync('e2e/programs/fortio.yaml', 'utf8');
  const fortio = new ProgramTrial(trial, { name: 'fortio', release, workload, pods: 2 }, { hosts: undefined, route });
  await fortio.install();
  return fortio;
}

/** The preStop hook lasts longer than the longest request, so the program has nothing left to drop. */
async function deleteOnePod({ kubectl, note }: Trial): Promise<void> {
  const [pod = ''] = (await kubectl.run('get', 'pods', '--output', 'name')).split('\n');
  note(`somebody deletes ${pod}`);
  await kubectl.run('delete', pod);
  await kubectl.rolledOut('fortio-v3');
}
