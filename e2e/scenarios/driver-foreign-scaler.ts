/** What carries the traffic are the pods that live, not those of the file: somebody else scales the stable version. */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../model';
import { waits } from '../support/driver';
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, demo, hostOf, v1, v2 } from './two-versions';

const plan = {
  timings: { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' },
  steps: [{ weight: 50 }, { pause: 'until promoted' as const }],
};
/** More than live: they are scaled down by hand. */
const old = { ...v1, replicas: 4 };
const next = { ...v2, replicas: 2 };

export const driverForeignScaler: Scenario = {
  name: 'driver-foreign-scaler',
  claim:
    'a file that says more than live passes; v1 scaled beyond v2 refuses; a scaler that grows v1 in mid-release holds v2 at half, with the number that is missing',
  onRequest: true,
  limitSeconds: 300,
  async run(trial) {
    const app = new UserApp(trial);
    app.list({ ...plan, versions: { v1: old }, weights: { v1: 100 } });
    await app.install(deploymentOf('v1'));
    app.list({ ...plan, versions: { v1: old, v2: next }, weights: { v1: 100 } });
    const load = await trial.startLoad({ load: 'demo, 80 qps', ...demo, ratePerSecond: 80 });
    await load.untilEnded(100, 30);

    await scale(trial, 'v1', 5);
    const refused = await app.start(['run', 'v2']);
    await refused.expectExit(exitCodes.refused);
    if (!refused.allWords.includes('as v1 carries the traffic with 5, found 2'))
      throw new Error(`expected the numbers of pods, found ${refused.lastWords}`);
    trial.note('v1 was scaled to five pods: refused, as v2 has two');

    await scale(trial, 'v1', 2);
    const driver = await app.start(['run', 'v2']);
    await driver.until('pauses, though the file says four pods of v1', waits('pause'));
    // The file says half as many of v2 as of v1.
    await letForeignScalerGrow(trial, 8);
    await (await app.start(['promote'])).expectExit(exitCodes.completed, 1).catch(() => undefined);
    await driver.until('says what is missing', waits('pods', 'give it 4'), 60);
    await sleep(10_000);
    await gatewaysSplit(trial.host, { v1: 50, v2: 50 }, 1);
    trial.note('v2 stays at half, as it has two pods for what eight of v1 carry');
    await scale(trial, 'v2', 4);
    await driver.expectExit(exitCodes.completed);
    await gatewaysSplit(trial.host, { v2: 100 }, 1);
    expectNothingLost(...(await trial.finish(load)));
  },
};

async function scale({ kubectl, namespace }: Trial, version: string, pods: number): Promise<void> {
  await kubectl.run('scale', 'deployment', deploymentOf(version), `--replicas=${pods}`);
  await kubectl.rolledOut(deploymentOf(version));
  if (version === 'v1') await gatewaysHaveSubset(hostOf(namespace), version, pods);
}

/** An autoscaler that handover does not know: not of the manifests, and by no name or label of its own. */
async function letForeignScalerGrow({ kubectl, namespace }: Trial, pods: number): Promise<void> {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentOf('v1') };
  const spec = { scaleTargetRef: target, minReplicas: pods, maxReplicas: pods };
  const metadata = { name: 'somebody', namespace };
  await kubectl.apply([{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec }]);
  await gatewaysHaveSubset(hostOf(namespace), 'v1', pods, 90);
}
