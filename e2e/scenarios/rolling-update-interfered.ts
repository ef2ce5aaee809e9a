/** What others write before and during an apply: told with its fields, and never overwritten by the way. */
import { exitCodes } from '../../model';
import { waits, type Driver } from '../support/driver';
import { images, RollingTrial } from '../support/rolling';
import type { Scenario } from '../support/scenario';
import { expectNothingLost } from '../support/verdict';

export const rollingUpdateInterfered: Scenario = {
  name: 'rolling-update-interfered',
  claim:
    'publishNotReadyAddresses, a scale by hand and a pause are refused with their cause; a selector that is edited in mid-apply stays: nothing lost',
  limitSeconds: 300,
  async run(trial) {
    const { kubectl } = trial;
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

    const patch = (kind: string, spec: object) =>
      kubectl.run('patch', kind, 'demo', '--type', 'merge', '--patch', JSON.stringify({ spec }));
    await patch('service', { publishNotReadyAddresses: true });
    expectSaid(await rolling.apply('v2', images.v2, exitCodes.refused), /publishNotReadyAddresses true → nothing/);
    await patch('service', { publishNotReadyAddresses: null });

    await kubectl.run('scale', 'deployment/demo', '--replicas', '5');
    await rolling.untilReady(5, 60);
    expectSaid(await rolling.apply('v2', images.v2, exitCodes.refused), /spec.replicas 5 → 3/);
    await rolling.untilReady(5, 5);
    await kubectl.run('scale', 'deployment/demo', '--replicas', '3');
    await rolling.untilReady(3, 60);

    await kubectl.run('rollout', 'pause', 'deployment/demo');
    expectSaid(await rolling.apply('v2', images.v2, exitCodes.refused), /paused: expected/);
    await kubectl.run('rollout', 'resume', 'deployment/demo');

    const driver = await rolling.start('apply');
    await driver.until('waits for pods', waits('pods'));
    await patch('service', { selector: { app: 'demo', 'handover/service': 'demo' } });
    await driver.expectExit(exitCodes.held);
    expectSaid(driver, /Service.demo was changed by somebody else \(kubectl-patch\)/);
    const selector = await kubectl.run('get', 'service', 'demo', '--output', 'jsonpath={.spec.selector}');
    if (!selector.includes('handover/service')) throw new Error(`expected the edited selector, found ${selector}`);
    expectNothingLost(...(await rolling.finishLoads()));
  },
};

function expectSaid(driver: Driver, words: RegExp): void {
  if (!words.test(driver.allWords))
    throw new Error(`expected words that match ${String(words)}, found ${driver.lastWords}`);
}
