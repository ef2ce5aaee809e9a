/** Negative control: the route to v2 in the same apply that creates its subset and removes v1's. */
import type { Manifest } from '../../model';
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import { ofKind, readManifests } from '../support/manifests';
import type { Scenario } from '../support/scenario';
import { expectLossWithin } from '../support/verdict';
import { demo, deploymentOf, hostOf, podsPerVersion, v1, v2 } from './two-versions';

/** Istio sends both changes in one push; whether a proxy meets a request in between is luck. */
const attempts = 10;

export const controlOneApply: Scenario = {
  name: 'control-one-apply',
  claim: 'must lose requests: subset and route switched by one kubectl apply',
  limitSeconds: 300,
  async run(trial) {
    const { kubectl, namespace, host } = trial;
    await trial.applyRelease(trial.release({ versions: { v1, v2 }, weights: { v1: 100 } }));
    await kubectl.rolledOut(deploymentOf('v1'), deploymentOf('v2'));
    await gatewaysHaveSubset(hostOf(namespace), 'v2', podsPerVersion);
    const routingOnly = async (release: string) =>
      ofKind(readManifests(await trial.synth(release)), 'DestinationRule', 'VirtualService');
    const toV1 = await routingOnly(trial.release({ versions: { v1 }, weights: { v1: 100 } }));
    const toV2 = await routingOnly(trial.release({ versions: { v2 }, weights: { v2: 100 } }));
    const load = await trial.startLoad({ load: 'demo, 500 qps, 50 connections', ...demo });
    await load.untilEnded(500, 20);

    const switchTo = async (manifests: readonly Manifest[], version: string) => {
      const seen = load.losesWithin(4);
      await kubectl.apply(manifests);
      await gatewaysSplit(host, { [version]: 100 });
      return seen;
    };
    await expectLossWithin(trial, attempts, (number) =>
      number % 2 === 1 ? switchTo(toV2, 'v2') : switchTo(toV1, 'v1'),
    );
    await trial.finish(load);
  },
};
