/** The careful order by hand: add the subset, deploy, reroute, look, remove the old subset, delete the old version. */
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import { ofKind, readManifests } from '../support/manifests';
import type { Scenario } from '../support/scenario';
import { expectFortioAgrees, expectNothingLost } from '../support/verdict';
import { demo, deploymentOf, hostOf, podsPerVersion, v1, v2 } from './two-versions';

const leastRequests = 10_000;

export const subsetSequence: Scenario = {
  name: 'subset-sequence',
  claim: 'make before break, one change at a time: 500 requests per second over 50 connections, none lost',
  limitSeconds: 300,
  async run(trial) {
    const { kubectl, namespace, host } = trial;
    await trial.applyRelease(trial.release({ versions: { v1 }, weights: { v1: 100 } }));
    await kubectl.rolledOut(deploymentOf('v1'));
    await gatewaysHaveSubset(hostOf(namespace), 'v1', podsPerVersion);
    await gatewaysSplit(host, { v1: 100 });
    const load = await trial.startLoad({ load: 'demo, 500 qps, 50 connections', ...demo });
    const finishFortio = await trial.startFortio(50, 10, demo.path);

    const both = await trial.synth(trial.release({ versions: { v1, v2 }, weights: { v1: 100 } }));
    await kubectl.apply(ofKind(readManifests(both), 'DestinationRule'));
    await kubectl.applyFolder(both);
    await kubectl.rolledOut(deploymentOf('v2'));
    await gatewaysHaveSubset(hostOf(namespace), 'v2', podsPerVersion);
    trial.note('v2 is deployed, and its subset is in every gateway');

    await trial.applyRelease(trial.release({ versions: { v1, v2 }, weights: { v2: 100 } }));
    await gatewaysSplit(host, { v2: 100 });
    trial.note('every gateway routes to v2');

    await trial.applyRelease(trial.release({ versions: { v2 }, weights: { v2: 100 } }));
    await gatewaysHaveSubset(hostOf(namespace), 'v1', null);
    trial.note('no gateway has subset v1');
    await kubectl.run('delete', 'deployment,configmap,poddisruptionbudget', deploymentOf('v1'));
    await kubectl.run('wait', 'pods', '--selector', 'version=v1', '--for', 'delete', '--timeout', '60s');
    trial.note('v1 is gone');

    await load.untilEnded(leastRequests, 60);
    const summaries = await trial.finish(load);
    const fortio = await finishFortio();
    expectNothingLost(...summaries);
    expectFortioAgrees(fortio, 'nothing');
  },
};
