/** Pods come and go although nobody releases anything: an autoscaler adds and removes them, a node is drained. */
import { exitCodes } from '../../model';
import { images, isReady, RollingTrial } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';

/** By the release file one pod a minute goes, after five quiet minutes: here there is no time for that. */
const hasty = {
  behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 1, periodSeconds: 5 }] } },
};

export const highTraffic: Scenario = {
  name: 'high-traffic',
  claim:
    'an autoscaler goes 2 → 4 → 2 at 500 qps, then pods are evicted one by one, the second one refused: nothing lost',
  limitSeconds: 420,
  async run(trial) {
    const { kubectl } = trial;
    const rolling = new RollingTrial(trial, { highTraffic: true, autoscaling: { cpu: '20m' } });
    await rolling.apply('v1', images.v1, exitCodes.completed);
    await rolling.untilReady(2, 60);
    await rolling.untilReachable();
    const demo = { path: '/k8s/demo', ratePerSecond: 500, connections: 50 } as const;
    const load = await rolling.startLoad('ingress', 'demo, 500 qps, 50 connections', demo);
    await rolling.startLoad('service', 'long tasks, 2 qps', {
      path: '/k8s/longTask',
      ratePerSecond: 2,
      connections: 50,
    });
    await load.untilEnded(500, 30);
    await rolling.untilReady(4, 120);

    // From here on a pod has more than enough to do for two of them to be too few for none.
    const calm = { spec: { ...hasty, metrics: [averageCpu('900m')] } };
    await kubectl.run('patch', 'hpa', 'demo', '--type', 'merge', '--patch', JSON.stringify(calm));
    await rolling.untilReady(2, 150);

    const names = (await rolling.pods()).filter(isReady).map(({ metadata }) => metadata.name);
    for (const [index, name] of names.entries()) {
      await expectEviction(rolling, name, 'evicted');
      const other = names[index + 1];
      if (other !== undefined) await expectEviction(rolling, other, 'refused');
      await rolling.untilReady(2, 90);
    }
    expectNothingLost(...(await rolling.finishLoads()));
  },
};

function averageCpu(averageValue: string) {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue } } };
}

async function expectEviction(rolling: RollingTrial, pod: string, expected: 'evicted' | 'refused'): Promise<void> {
  const found = await rolling.evict(pod);
  if (found !== expected) throw new Error(`expected the eviction of ${pod} to be ${expected}, found ${found}`);
  rolling.trial.note(`${pod} ${found}`);
}
