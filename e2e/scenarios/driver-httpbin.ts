/** go-httpbin, from the manifests that its authors publish, as `handover import` takes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handover } from '../support/driver';
import { ProgramTrial } from '../support/program';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

/** It closes a connection that was idle for 5 s. */
const timings = { shutdownDelay: '5s', longestRequest: '6s', exitMargin: '3s', keepAlive: '5s', idleTimeout: '3s' };

export const driverHttpbin: Scenario = {
  name: 'driver-httpbin',
  claim: 'go-httpbin, as `handover import` takes the manifests of its authors: v1 to v2 to v3 under load, none lost',
  limitSeconds: 420,
  onRequest: true,
  async run(trial) {
    const httpbin = await imported(trial);
    await httpbin.install();
    const loads = [
      await trial.startLoad({ load: 'go-httpbin, 80 qps', path: '/get', ratePerSecond: 80, connections: 20 }),
      await trial.startLoad({ load: 'four seconds each, 8 qps', path: '/delay/4', ratePerSecond: 8, connections: 60 }),
    ];
    await loads[0]?.untilEnded(200, 60);
    await httpbin.release('v1', 'v2');
    await httpbin.release('v2', 'v3');
    expectNothingLost(...(await trial.finish(...loads)));
  },
};

/** What it finds has no VirtualService, so it proposes the mesh alone; the hosts are whoever publishes it to say. */
async function imported(trial: Trial): Promise<ProgramTrial> {
  const folder = join(trial.folder, 'imported');
  const told = await handover(
    ...['import', '-f', 'e2e/programs/go-httpbin.yaml', '-n', trial.namespace, '--output', folder],
  );
  trial.note(`handover import: ${told.split('\n').filter((line) => line.startsWith('danger')).length} dangers told`);
  const release = readFileSync(join(folder, 'release.yaml'), 'utf8');
  const workload = readFileSync(join(folder, 'k8s', 'httpbin.yaml'), 'utf8');
  const fields = { gateways: undefined, allowUnpinned: undefined, retries: { attempts: 0 }, timings };
  return new ProgramTrial(trial, { name: 'httpbin', image: 'go-httpbin', release, workload, pods: 1 }, fields);
}
