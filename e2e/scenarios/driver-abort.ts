/** From every step there is a way back, and it loses nothing either. */
import { readFileSync } from 'node:fs';
import { exitCodes } from '../../model';
import { waits } from '../support/driver';
import { gatewaysSplit } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

const held = { pause: 'until promoted' } as const;

export const driverAbort: Scenario = {
  name: 'driver-abort',
  claim:
    'abort at 10, at 50, and at 100 a moment after the driver was killed, by a shell with nothing but a kubeconfig: all traffic back on v1, the file as it was, none lost',
  limitSeconds: 420,
  async run(trial) {
    const steps = [{ weight: 10 }, held, { weight: 50 }, held, { weight: 100 }, held];
    const release = new ReleaseTrial(trial, { steps });
    await release.install();
    await release.startLoads(200);
    const { namespace } = trial;
    const before = readFileSync(release.file, 'utf8');
    for (const promotions of [0, 1, 2]) {
      const isKilled = promotions === 2;
      const driver = release.start(['run', 'v2']);
      await driver.until('pauses', waits('pause'));
      for (let promotion = 1; promotion <= promotions; promotion += 1) {
        const pauses = driver.events.filter(waits('pause')).length;
        await release.start(['promote', 'demo', '--namespace', namespace]).expectExit(exitCodes.completed);
        await driver.until(`pauses again (${promotion})`, () => driver.events.filter(waits('pause')).length > pauses);
      }
      if (isKilled) driver.kill();
      await release.start(['abort', 'demo', '--namespace', namespace]).expectExit(exitCodes.aborted);
      if (!isKilled) await driver.expectExit(exitCodes.aborted);
      await gatewaysSplit(trial.host, { v1: 100 }, 1);
      if (readFileSync(release.file, 'utf8') !== before)
        throw new Error('expected the file as it was, found another one');
      const how = isKilled ? ', the driver killed before' : '';
      trial.note(`aborted after ${promotions} promotions${how}: every gateway is back on v1`);
    }
    await release.expectNothingLost();
  },
};
