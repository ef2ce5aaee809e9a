/** Negative control: a service that ends at once on SIGTERM, in pods without a preStop delay. */
import type { Manifest } from '../../model';
import { gatewaysHaveSubset } from '../support/proxies';
import { ofKind, readManifests, withoutKind } from '../support/manifests';
import type { Scenario } from '../support/scenario';
import { expectLossWithin } from '../support/verdict';
import { demo, deploymentOf, hostOf, longTasks, podsPerVersion, v1 } from './two-versions';

export const controlExitAtOnce: Scenario = {
  name: 'control-exit-at-once',
  claim: 'must lose requests: pods replaced without preStop, by a service that does not drain',
  limitSeconds: 300,
  async run(trial) {
    const { kubectl, namespace } = trial;
    const release = trial.release({ versions: { v1 }, weights: { v1: 100 }, env: { FAULT_EXIT_AT_ONCE: 'on' } });
    await kubectl.apply(withoutPreStop(readManifests(await trial.synth(release))));
    await kubectl.rolledOut(deploymentOf('v1'));
    await gatewaysHaveSubset(hostOf(namespace), 'v1', podsPerVersion);
    const short = await trial.startLoad({ load: 'demo, 500 qps, 50 connections', ...demo });
    const long = await trial.startLoad({ load: 'long tasks, 10 qps', ...longTasks });
    await long.untilEnded(1, 20);

    await expectLossWithin(trial, 10, async () => {
      const seen = Promise.all([short.losesWithin(30), long.losesWithin(30)]);
      await kubectl.run('rollout', 'restart', `deployment/${deploymentOf('v1')}`);
      return (await seen).some((lost) => lost);
    });
    await trial.finish(short, long);
  },
};

function withoutPreStop(manifests: readonly Manifest[]): Manifest[] {
  const deployments = structuredClone(ofKind(manifests, 'Deployment'));
  for (const { spec } of deployments) {
    const [container] = (spec as { template: { spec: { containers: { lifecycle?: { preStop?: unknown } }[] } } })
      .template.spec.containers;
    if (!container?.lifecycle?.preStop) throw new Error('expected a preStop hook to take away, found none');
    delete container.lifecycle;
  }
  return [...withoutKind(manifests, 'Deployment'), ...deployments];
}
