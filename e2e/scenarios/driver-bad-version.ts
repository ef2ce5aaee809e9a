/** A new version that does not live, and one that lives and answers wrongly: both end on v1, by themselves. */
import { exitCodes } from '../../model';
import { gatewayAddress } from '../support/gateway';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import { demo } from './two-versions';

export const driverBadVersion: Scenario = {
  name: 'driver-bad-version',
  claim:
    'a version that is never ready gets no traffic; one that answers 500 is aborted by its analysis; v1 loses nothing',
  limitSeconds: 420,
  async run(trial) {
    const requests = { path: demo.path, perSecond: 20, duration: '10s', maxFailures: 2 };
    const release = new ReleaseTrial(trial, {
      steps: [{ weight: 30 }, { analyse: 'answers' }],
      analyses: { answers: { requests } },
      timings: { progressDeadline: '15s', startup: '10s' },
    });
    await release.install();
    await release.startLoads();

    release.listV2({ image: 'localhost/handover-service:never-built' });
    const address = await gatewayAddress();
    const run = ['run', 'v2', '--gateway-address', address];
    await release.start(run).expectExit(exitCodes.aborted);
    trial.note('a version that cannot start was given no traffic');
    await trial.kubectl.run('delete', 'deployment,configmap,poddisruptionbudget', 'demo-v2', '--ignore-not-found');

    release.listV2({ env: { FAULT_ERROR_PERCENT: '60' } });
    await release.start(run).expectExit(exitCodes.aborted);
    await release.expectOnlyLostBy('v2');
  },
};
