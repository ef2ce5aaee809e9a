/** The proxy of a pod has to outlive its service: as a native sidecar by Kubernetes, as a classic one by its settings. */
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import { sidecarsOf } from '../support/sidecar-kind';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, hostOf, podsPerVersion, v1 } from './two-versions';

export const sidecarShutdown: Scenario = {
  name: 'sidecar-shutdown',
  claim:
    'pods with the default, a native and a classic sidecar are replaced under load and lose no long task and no short request',
  limitSeconds: 400,
  async run(trial) {
    for (const sidecar of ['default', 'native', 'classic'] as const) {
      await trial.applyRelease(trial.release({ versions: { v1 }, weights: { v1: 100 }, sidecar }));
      await trial.kubectl.rolledOut(deploymentOf('v1'));
      const kind = await sidecarsOf(trial, podsPerVersion);
      trial.note(`sidecar: ${sidecar} is a ${kind} one`);
      if (sidecar !== 'default' && sidecar !== kind)
        throw new Error(`expected a ${sidecar} sidecar, found a ${kind} one`);
      await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', podsPerVersion);
      await gatewaysSplit(trial.host, { v1: 100 });
      await replaceUnderLoad(trial, sidecar);
    }
  },
};

async function replaceUnderLoad(trial: Trial, sidecar: string): Promise<void> {
  const long = { path: '/k8s/longTask', ratePerSecond: 5, connections: 100 };
  const short = { path: '/k8s/demo', ratePerSecond: 200, connections: 20 };
  const loads = [
    await trial.startLoad({ load: `demo, 200 qps, ${sidecar}`, ...short }),
    await trial.startLoad({ load: `long tasks, 5 qps, ${sidecar}`, ...long }),
  ];
  await loads[1]?.untilEnded(1, 30);
  await trial.kubectl.run('rollout', 'restart', `deployment/${deploymentOf('v1')}`);
  await trial.kubectl.rolledOut(deploymentOf('v1'));
  await sidecarsOf(trial, podsPerVersion);
  expectNothingLost(...(await trial.finish(...loads)));
}
