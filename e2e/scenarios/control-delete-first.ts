/** Negative control: the old version is deleted while the route still leads to it. */
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import { expectFortioAgrees, expectLossWithin } from '../support/verdict';
import { demo, deploymentOf, hostOf, podsPerVersion, v1, v2 } from './two-versions';

export const controlDeleteFirst: Scenario = {
  name: 'control-delete-first',
  claim: 'must lose requests, and Fortio must see it too: v1 deleted before the route leaves it',
  limitSeconds: 300,
  async run(trial) {
    const { kubectl, namespace, host } = trial;
    const releaseOf = (weights: Record<string, number>) => trial.release({ versions: { v1, v2 }, weights });
    await trial.applyRelease(releaseOf({ v1: 100 }));
    await kubectl.rolledOut(deploymentOf('v1'), deploymentOf('v2'));
    await gatewaysHaveSubset(hostOf(namespace), 'v2', podsPerVersion);
    const toV2 = await trial.synth(releaseOf({ v2: 100 }));
    const load = await trial.startLoad({ load: 'demo, 500 qps, 50 connections', ...demo });
    const finishFortio = await trial.startFortio(50, 10, demo.path);
    await load.untilEnded(500, 20);

    await expectLossWithin(trial, 1, async () => {
      const seen = load.losesWithin(20);
      await kubectl.run('delete', 'deployment', deploymentOf('v1'), '--wait=false');
      return seen;
    });
    await kubectl.applyFolder(toV2);
    await gatewaysSplit(host, { v2: 100 });
    await trial.finish(load);
    expectFortioAgrees(await finishFortio(), 'something');
  },
};
