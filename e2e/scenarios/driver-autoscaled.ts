/** Each version has an autoscaler of its own: the new one has to be as large as its share before it gets that share. */
import { exitCodes } from '../../model';
import { deploymentOf } from './two-versions';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { waitUntil } from '../support/wait-until';

/** So little that the load makes it grow to its maximum. */
const autoscaling = { minReplicas: 2, maxReplicas: 4, cpu: '20m', memory: '200Mi' };

export const driverAutoscaled: Scenario = {
  name: 'driver-autoscaled',
  claim:
    'v1 has grown from 2 to 4 pods under load: v2 has as many before it takes over, its minimum is 2 again after it',
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, { autoscaling, steps: [{ weight: 75 }] });
    await release.install();
    await release.startLoads(300); // beside the autoscalers that start pods, two processors hold no more
    await waitUntil('v1 has 4 pods', async () => {
      const pods = await availablePods(trial, 'v1');
      return pods === autoscaling.maxReplicas || `${pods} pods`;
    });
    const driver = release.start(['run', 'v2']);
    const looks: Promise<void>[] = [];
    driver.onEvent(({ event, what = '' }) => {
      const weight = event === 'wrote' ? /\bv2-(\d+)/.exec(what)?.[1] : undefined;
      if (weight !== undefined) looks.push(expectPodsFor(trial, Number(weight)));
    });
    await driver.expectExit(exitCodes.completed);
    await Promise.all(looks);
    if (looks.length < 2) throw new Error(`expected 75 and 100 to be written, found ${looks.length} writes for v2`);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};

/** Asked of the API server, not of the driver. */
async function expectPodsFor(trial: Trial, weight: number): Promise<void> {
  const pods = await availablePods(trial, 'v2');
  const needed = Math.ceil((weight / 100) * autoscaling.maxReplicas);
  trial.note(`v2 has ${pods} pods for a weight of ${weight}`);
  if (pods < needed) throw new Error(`expected ${needed} pods of v2 for a weight of ${weight}, found ${pods}`);
}

async function availablePods({ kubectl }: Trial, version: string): Promise<number> {
  const status = ['--output', 'jsonpath={.status.availableReplicas}'];
  return Number(await kubectl.run('get', 'deployment', deploymentOf(version), ...status));
}
