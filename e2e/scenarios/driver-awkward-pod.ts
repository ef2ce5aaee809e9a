/** A pod with what real ones have, of which somebody else changes the number while a release is under way. */
import { readFileSync } from 'node:fs';
import { exitCodes } from '../../model';
import { wrote, waits } from '../support/driver';
import { ProgramTrial } from '../support/program';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';
import { waitUntil } from '../support/wait-until';

const release = `
name: awkward
namespace: awkward
workload: awkward.yaml
container: program
hosts: [awkward.example.com]
versions: {}
retries: { attempts: 0 }
`;
const steps = [{ weight: 10 }, { pause: 'until promoted' }, { weight: 50 }];

export const driverAwkwardPod: Scenario = {
  name: 'driver-awkward-pod',
  claim:
    'a Secret, a slow init container, two helpers, an account, unnamed ports, and a foreign scaler in mid-release: none lost',
  limitSeconds: 420,
  onRequest: true,
  async run(trial) {
    const workload = readFileSync('e2e/programs/awkward.yaml', 'utf8');
    const awkward = new ProgramTrial(trial, { name: 'awkward', image: 'podinfo', release, workload, pods: 2 });
    await awkward.install();
    const loads = [
      await trial.startLoad({ load: 'awkward, 80 qps', path: '/version', ratePerSecond: 80, connections: 20 }),
      await trial.startLoad({ load: 'four seconds each, 8 qps', path: '/delay/4', ratePerSecond: 8, connections: 60 }),
    ];
    await loads[0]?.untilEnded(200, 60);
    const driver = await awkward.start('v1', 'v2', { steps });
    await driver.until('pauses', waits('pause'));
    await scale(trial, 'v1', 3);
    await (await awkward.drive('promote')).expectExit(exitCodes.completed);
    await driver.until('waits for a third pod of v2', waits('pods', 'v2 has 2 of 3'));
    await scale(trial, 'v2', 4);
    await driver.until('gives v2 all traffic', wrote('v2-100'));
    await driver.expectExit(exitCodes.completed);
    await awkward.expectAlone('v2');
    await scale(trial, 'v2', 3);
    await untilLeft(trial, 3);
    expectNothingLost(...(await trial.finish(...loads)));
  },
};

/** As a scaler does that nobody has declared: it writes the number of pods into the live Deployment. */
async function scale({ kubectl, note }: Trial, version: string, pods: number): Promise<void> {
  note(`somebody scales ${version} to ${pods}`);
  await kubectl.run('scale', `deployment/awkward-${version}`, `--replicas=${pods}`);
  await kubectl.rolledOut(`awkward-${version}`);
}

/** Pods that end are still there. */
async function untilLeft({ kubectl }: Trial, pods: number): Promise<void> {
  await waitUntil(`${pods} pods are left`, async () => {
    const names = (await kubectl.run('get', 'pods', '--output', 'name')).trim().split('\n');
    return names.length === pods || names.join();
  });
}
