/** Negative control of the driver itself: without its gate it must lose requests, or the gate is not what protects them. */
import { unsafeSwitch } from '../../driver/istio/without-gate';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import { expectLossWithin } from '../support/verdict';

const attempts = 6;

export const controlNoGate: Scenario = {
  name: 'control-no-gate',
  claim: 'must lose requests: the same driver, believing every proxy and pod instead of asking',
  limitSeconds: 420,
  async run(trial) {
    const release = new ReleaseTrial(trial);
    await release.install();
    await release.startLoads();
    await expectLossWithin(trial, attempts, async (number) => {
      const before = release.requestsLost;
      const [from, to] = number % 2 === 1 ? ['v1', 'v2'] : ['v2', 'v1'];
      release.listBoth(from);
      await release.start(['run', to, '--unsafe-no-gate'], { [unsafeSwitch]: 'yes' }).exit;
      return release.requestsLost > before;
    });
    await release.finishLoads();
  },
};
