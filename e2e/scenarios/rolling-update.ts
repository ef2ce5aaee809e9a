/** The promise without a mesh: v1 → v2 → v1 under load, through the Service and through the Ingress. */
import { exitCodes } from '../../model';
import type { ReleaseFileInput } from '../../model';
import { images, RollingTrial, type Via } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

const leastRequests = 10_000;
const manyRequests = 100_000;

export const rollingUpdateService: Scenario = {
  name: 'rolling-update-service',
  claim: 'v1 → v2 → v1 behind the Service, computed grace period: 500 qps, long tasks and new connections lose nothing',
  limitSeconds: 240,
  run: (trial) => thereAndBack(trial, 'service', {}),
};

/** What the articles of 2018 advise: a long wait, and a longer grace period. */
const longBudget = {
  shutdownDelay: '20s',
  longestRequest: '15s',
  exitMargin: '3s',
  gracePeriod: '160s',
};

export const rollingUpdateIngress: Scenario = {
  name: 'rolling-update-ingress',
  claim:
    'v1 → v2 → v1 behind the Ingress, preStop 20 s and grace 160 s: 500 qps, long tasks, new connections lose nothing',
  limitSeconds: 300,
  onRequest: true,
  run: (trial) => thereAndBack(trial, 'ingress', { timings: longBudget }),
};

export const longRollingUpdate: Scenario = {
  name: 'long-rolling-update',
  claim: 'v1 → v2 → v1 → … behind the Service and the Ingress, until 100,000 requests were answered through each',
  limitSeconds: 900,
  onRequest: true,
  async run(trial) {
    const rolling = await installed(trial, {});
    const maxSeconds = 600;
    const demo = { path: '/k8s/demo', ratePerSecond: 250, connections: 50, maxSeconds } as const;
    const loads = [
      await rolling.startLoad('service', 'demo, 250 qps, 50 connections', demo),
      await rolling.startLoad('ingress', 'demo, 250 qps, 50 connections', demo),
    ];
    const tasks = { path: '/k8s/longTask', ratePerSecond: 2, connections: 50, maxSeconds } as const;
    await rolling.startLoad('service', 'long tasks, 2 qps', tasks);
    await rolling.startLoad('ingress', 'long tasks, 2 qps', tasks);
    while (loads.some((load) => load.progress.ended < manyRequests)) {
      await rolling.apply('v2', images.v2, exitCodes.completed);
      await rolling.apply('v1', images.v1, exitCodes.completed);
    }
    expectNothingLost(...(await rolling.finishLoads()));
  },
};

async function installed(trial: Trial, fields: Partial<ReleaseFileInput>): Promise<RollingTrial> {
  const rolling = new RollingTrial(trial, fields);
  await rolling.apply('v1', images.v1, exitCodes.completed);
  await rolling.untilReachable();
  return rolling;
}

async function thereAndBack(trial: Trial, via: Via, fields: Partial<ReleaseFileInput>): Promise<void> {
  const rolling = await installed(trial, fields);
  const demo = { path: '/k8s/demo', ratePerSecond: 500, connections: 50 } as const;
  const load = await rolling.startLoad(via, 'demo, 500 qps, 50 connections', demo);
  await rolling.startLoad(via, 'long tasks, 5 qps', { path: '/k8s/longTask', ratePerSecond: 5, connections: 100 });
  await rolling.startLoad(via, 'new connections, 20 qps', {
    path: '/ping',
    ratePerSecond: 20,
    connections: 'new',
  });
  await load.untilEnded(500, 30);

  await rolling.apply('v2', images.v2, exitCodes.completed);
  await rolling.apply('v1', images.v1, exitCodes.completed);
  await load.untilEnded(leastRequests, 60);
  expectNothingLost(...(await rolling.finishLoads()));
  const versions = rolling.answeredBy().join();
  if (versions !== 'v1,v2') throw new Error(`expected answers from v1 and v2, found ${versions}`);
}
