/** The driver has no memory but the cluster: killed after every write it makes, and started again, it comes to the end. */
import { exitCodes } from '../../driver/events';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

/** More writes than a release has: a driver that went in a circle would be killed for ever. */
const mostKills = 40;

export const driverKilled: Scenario = {
  name: 'driver-killed',
  claim: 'SIGKILL of the driver after each of its writes, and the same command again: the release ends, none lost',
  limitSeconds: 420,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 10 }, { weight: 50 }] });
    await release.install();
    await release.startLoads(200);
    for (let kills = 0; kills < mostKills; kills += 1) {
      const driver = release.start(['run', 'v2']);
      driver.onEvent(({ event }) => event === 'wrote' && driver.kill());
      const code = await driver.exit;
      await release.breakLock();
      if (code === null) continue;
      if (code !== exitCodes.completed)
        throw new Error(`expected the end of the release, found ${code}: ${driver.lastWords}`);
      trial.note(`completed after ${kills} kills`);
      await release.expectNothingLost();
      return release.expectLiveEqualsFiles();
    }
    throw new Error(`the release did not end within ${mostKills} kills`);
  },
};
