/** A workload that Helm has installed and goes on to upgrade: between releases, in mid-release, and when handover has replaced it. */
import { exitCodes } from '../../model';
import { AboardTrial, deployment, imageOf, workloadOf, type Made } from '../support/aboard';
import { waits } from '../support/driver';
import { HelmChart } from '../support/helm-chart';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

const selector = { 'app.kubernetes.io/name': 'storefront' };
const labelsOf = (version: string) => ({ ...selector, version });
const made: Made = { selector, labels: labelsOf('1.4.0') };
const replaced = ['Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'];

/**
 * As its authors deploy it podinfo has no preStop and exits 8 s after SIGTERM. Of its owner's own rollout a request of five seconds may be
 * lost by that, where a busy proxy hears of the end three seconds late.
 */
const loads = [
  { load: 'for everyone, 60 qps', path: '/version', ratePerSecond: 60, connections: 15 },
  { load: 'three seconds each, 4 qps', path: '/service/delay/3', ratePerSecond: 4, connections: 30 },
] as const;

export const driverAboardHelm: Scenario = {
  name: 'driver-aboard-helm',
  claim:
    'a chart that Helm installed is imported and adopted; Helm upgrades it between releases and in mid-release; aborted, released twice, left to Helm without the workload: none lost',
  limitSeconds: 580,
  onRequest: true,
  async run(trial) {
    const owner = new HelmChart(trial, deployment);
    const aboard = new AboardTrial(trial, made, owner);
    await aboard.make();
    const started = [];
    for (const load of loads) started.push(await trial.startLoad({ ...load, maxSeconds: 560 }));
    await started[0]?.untilEnded(60, 60);
    await aboard.import();
    await aboard.runTo(exitCodes.completed, 'apply', '--adopt');
    await upgrade(trial, owner, { labels: labelsOf('1.4.1'), image: imageOf(2) });
    await trial.kubectl.rolledOut(deployment);
    await upgradeInMidRelease(trial, aboard, owner);
    await release(aboard, '1.4.0', '1.5.0', 2);
    await owner.apply(workloadOf(trial, made).filter(({ kind }) => !replaced.includes(kind)));
    await release(aboard, '1.5.0', '1.6.0', 3);
    expectNothingLost(...(await trial.finish(...started)));
  },
};

async function upgrade(trial: Trial, owner: HelmChart, differs: Made): Promise<void> {
  await owner.apply(workloadOf(trial, { ...made, ...differs }));
  trial.note(`helm upgrade: ${JSON.stringify(differs)}`);
}

/** Its rollout waits, and is told; after the abort it rolls. */
async function upgradeInMidRelease(trial: Trial, aboard: AboardTrial, owner: HelmChart): Promise<void> {
  aboard.list('1.4.0', '1.5.0', 2, [{ weight: 50 }, { pause: 'until promoted' }]);
  const driver = await aboard.start('run', '1.5.0');
  await driver.until('pauses', waits('pause'));
  await upgrade(trial, owner, { labels: labelsOf('1.4.2'), image: imageOf(2) });
  await driver.until('tells of the template', ({ event }) => event === 'template-waits', 60);
  await aboard.runTo(exitCodes.aborted, 'abort');
  await driver.expectExit(exitCodes.aborted);
  await trial.kubectl.rolledOut(deployment);
  const pods = await trial.kubectl.run('get', 'pods', '--selector', 'version=1.4.2', '--output', 'name');
  if (pods.trim() === '') throw new Error('expected pods of the template that waited, found none');
}

async function release(aboard: AboardTrial, from: string, to: string, number: number): Promise<void> {
  aboard.list(from, to, number, [{ weight: 50 }]);
  await aboard.runTo(exitCodes.completed, 'run', to);
}
