/** Rollbacks that are cut off, after a restart, and after an update that was cut off: the way back is on record. */
import { exitCodes } from '../../model';
import type { Driver } from '../support/driver';
import { waits } from '../support/driver';
import { images, RollingTrial } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';

const missing = { image: 'localhost/handover-service:never-built' };

export const rollingUpdateCutOff: Scenario = {
  name: 'rolling-update-cut-off',
  claim:
    'a rollback that is stopped is carried on by the same command; after a restart and after an update that was stopped half way it is v1 again: nothing lost',
  limitSeconds: 480,
  async run(trial) {
    const rolling = new RollingTrial(trial, { timings: { shutdownDelay: '8s' } });
    await rolling.apply('v1', images.v1, exitCodes.completed);
    const load = await rolling.startLoad('service', 'demo, 100 qps', {
      path: '/k8s/demo',
      ratePerSecond: 100,
      connections: 20,
    });
    await rolling.startLoad('service', 'new connections, 20 qps', {
      path: '/ping',
      ratePerSecond: 20,
      connections: 'new',
    });
    await load.untilEnded(200, 30);

    await rolling.apply('v2', images.v2, exitCodes.completed);
    await stopIn(await rolling.start('rollback'));
    expectV1(await rolling.handover(exitCodes.completed, 'rollback'));

    await rolling.apply('v2', images.v2, exitCodes.completed);
    await trial.kubectl.run('rollout', 'restart', 'deployment/demo');
    await trial.kubectl.rolledOut('demo');
    expectV1(await rolling.handover(exitCodes.completed, 'rollback'));

    // Each pod takes its time, so that the update is still half way when the next one begins.
    const slow = new RollingTrial(trial, { timings: { shutdownDelay: '8s', minReady: '15s' } });
    slow.list('v2', images.v2);
    await stopIn(await slow.start('apply'));
    expectV1(await slow.apply('v3', missing, exitCodes.aborted, '--on-failure', 'rollback'));
    expectNothingLost(...(await rolling.finishLoads()));
  },
};

/** While its pods are replaced: Kubernetes goes on with what was written. */
async function stopIn(driver: Driver): Promise<void> {
  await driver.until('waits for pods', waits('pods'));
  driver.kill('SIGINT');
  await driver.expectExit(exitCodes.stopped);
}

function expectV1({ ending = '' }: Driver): void {
  if (!/3 of 3 pods of v1 are available/.test(ending)) throw new Error(`expected an ending with v1, found ${ending}`);
}
