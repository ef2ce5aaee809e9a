/** One gateway hears nothing from istiod for a minute: where every tool that waits for a clock loses requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../model';
import { cutOff } from '../support/cut-off';
import { waits } from '../support/driver';
import { gatewayPods } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

const cutOffSeconds = 60;

export const driverCutOff: Scenario = {
  name: 'driver-cut-off',
  claim: `one gateway cut off from istiod for ${cutOffSeconds} s: the driver names it, waits, and loses nothing`,
  limitSeconds: 420,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    await release.install();
    await release.startLoads();
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    const [pod] = await gatewayPods();
    if (!pod) throw new Error('expected a gateway, found none');
    const letThrough = await cutOff(pod);
    trial.atEnd(() => void letThrough().catch(() => undefined));
    trial.note(`${pod} is cut off`);
    await release.start(['promote']).expectExit(exitCodes.completed);
    await driver.until(`names ${pod}`, waits('propagation', pod), 30);
    await sleep(cutOffSeconds * 1000);
    await letThrough();
    trial.note(`${pod} hears istiod again`);
    await driver.expectExit(exitCodes.completed);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};
