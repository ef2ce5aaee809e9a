/** Updates that cannot succeed: the cause is told, nothing is lost, and there is a way back. */
import { exitCodes } from '../../model';
import type { Driver } from '../support/driver';
import { images, RollingTrial } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';

const missing = { image: 'localhost/handover-service:never-built' };
/** The service refuses to start with it. */
const crashing = { ...images.v2, env: { FAULT_DELAY_MS: 'soon' } };
const deadlineSeconds = 120;

export const rollingUpdateStuck: Scenario = {
  name: 'rolling-update-stuck',
  claim:
    'an image that does not exist, and a crash: the cause is told before the deadline, rollback on request and on failure',
  limitSeconds: 240,
  async run(trial) {
    const rolling = new RollingTrial(trial, {
      timings: { shutdownDelay: '5s', progressDeadline: `${deadlineSeconds}s` },
    });
    await rolling.apply('v1', images.v1, exitCodes.completed);
    await rolling.untilReachable();
    const load = { path: '/k8s/demo', ratePerSecond: 25, connections: 10 } as const;
    await rolling.startLoad('ingress', 'demo, 25 qps', load);
    await rolling.startLoad('service', 'demo, 25 qps', load);

    const pull = await withinDeadline(() => rolling.apply('v2', missing, exitCodes.held));
    expectSaid(pull, /ImagePullBackOff.*still serve; handover rollback returns to v1/);
    expectSaid(await rolling.handover(exitCodes.completed, 'rollback'), /3 of 3 pods of v1 are available/);

    const crash = await withinDeadline(() =>
      rolling.apply('v3', crashing, exitCodes.aborted, '--on-failure', 'rollback'),
    );
    expectSaid(crash, /CrashLoopBackOff.*exit code 2.*3 of 3 pods of v1 are available, and no other pod is left/);

    expectNothingLost(...(await rolling.finishLoads()));
    const versions = rolling.answeredBy().join();
    if (versions !== 'v1') throw new Error(`expected answers from v1 only, found ${versions}`);
  },
};

async function withinDeadline(update: () => Promise<Driver>): Promise<Driver> {
  const beganMs = Date.now();
  const driver = await update();
  const seconds = (Date.now() - beganMs) / 1000;
  if (seconds < deadlineSeconds) return driver;
  throw new Error(`expected the cause before the progress deadline of ${deadlineSeconds} s, told after ${seconds} s`);
}

function expectSaid(driver: Driver, words: RegExp): void {
  const ending = driver.ending ?? '';
  if (!words.test(ending)) throw new Error(`expected an ending that matches ${String(words)}, found ${ending}`);
}
