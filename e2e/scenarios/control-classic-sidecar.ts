/** Negative control: a classic sidecar as Istio has it by itself. It ends 5 seconds after its pod's deletion. */
import type { Manifest } from '../../model';
import { ofKind, readManifests, withoutKind } from '../support/manifests';
import { gatewaysHaveSubset } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import { sidecarsOf } from '../support/sidecar-kind';
import { expectLossWithin } from '../support/verdict';
import { deploymentOf, hostOf, longTasks, podsPerVersion, v1 } from './two-versions';

export const controlClassicSidecar: Scenario = {
  name: 'control-classic-sidecar',
  claim: 'must lose requests: pods replaced whose classic sidecar does not wait for the service',
  limitSeconds: 300,
  async run(trial) {
    const { kubectl, namespace } = trial;
    const release = trial.release({ versions: { v1 }, weights: { v1: 100 }, sidecar: 'classic' });
    await kubectl.apply(withoutProxyConfig(readManifests(await trial.synth(release))));
    await kubectl.rolledOut(deploymentOf('v1'));
    const kind = await sidecarsOf(trial, podsPerVersion);
    if (kind !== 'classic') throw new Error(`expected a classic sidecar, found a ${kind} one`);
    await gatewaysHaveSubset(hostOf(namespace), 'v1', podsPerVersion);
    const load = await trial.startLoad({ load: 'long tasks, 10 qps', ...longTasks });
    await load.untilEnded(1, 20);
    await expectLossWithin(trial, 3, async () => {
      const lost = load.losesWithin(40);
      await kubectl.run('rollout', 'restart', `deployment/${deploymentOf('v1')}`);
      return lost;
    });
    await trial.finish(load);
  },
};

function withoutProxyConfig(manifests: readonly Manifest[]): Manifest[] {
  const deployments = structuredClone(ofKind(manifests, 'Deployment'));
  for (const { spec } of deployments) {
    const { annotations } = (spec as { template: { metadata: { annotations: Record<string, string> } } }).template
      .metadata;
    if (!annotations['proxy.istio.io/config'])
      throw new Error('expected settings of the proxy to take away, found none');
    delete annotations['proxy.istio.io/config'];
  }
  return [...withoutKind(manifests, 'Deployment'), ...deployments];
}
