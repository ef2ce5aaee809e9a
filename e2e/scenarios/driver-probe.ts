/** An operator who may not look into the gateways: what they do with the driver's own requests is evidence enough. */
import { exitCodes } from '../../model';
import { waits } from '../support/driver';
import { gatewayNamespace } from '../support/gateway';
import { access } from '../support/account';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';

const byProbe = ['--evidence', 'probe'];

export const driverProbe: Scenario = {
  name: 'driver-probe',
  claim:
    'handover run v2 --evidence probe, without any right to read the gateways: none lost, and no probe route left behind',
  limitSeconds: 240,
  async run(trial) {
    const release = new ReleaseTrial(trial, {
      access: { ...access, evidence: 'probe' },
      steps: [{ weight: 10 }, { pause: 'until promoted' }, { weight: 50 }],
    });
    await release.install();
    await expectNoRightToRead(trial);
    await release.startLoads(300); // beside a second shell and its probes, two processors hold no more
    // What the operator chose is never made less, and what is forbidden is a refusal.
    await release.start(['run', 'v2']).expectExit(exitCodes.refused);
    const driver = release.start(['run', 'v2', ...byProbe]);
    await driver.until('pauses', waits('pause'));
    await release.start(['promote', ...byProbe]).expectExit(exitCodes.completed);
    await driver.expectExit(exitCodes.completed);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};

async function expectNoRightToRead({ kubectl, namespace }: Trial): Promise<void> {
  const account = `system:serviceaccount:${namespace}:handover-demo`;
  for (const right of ['pods/portforward', 'pods/exec']) {
    const question = ['auth', 'can-i', 'create', right, '--as', account, '--namespace', gatewayNamespace];
    // It exits with 1 when the answer is no.
    const answer = await kubectl.run(...question).catch(() => 'no');
    if (answer.trim() !== 'no')
      throw new Error(`expected no right to create ${right} at the gateways, found ${answer}`);
  }
}
