/** The driver has no memory but the cluster: killed again and again, and started again, it comes to the end. */
import { Random, span } from '../../driver/istio/simulation/random';
import { exitCodes } from '../../model';
import type { Driver } from '../support/driver';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

/** More than a release has writes and looks: a driver that went in a circle would be killed for ever. */
const mostKills = 60;
/** From before its first look to some writes later. */
const lifetime = span(300, 2_000);

export const driverKilled: Scenario = {
  name: 'driver-killed',
  claim: 'SIGKILL of the driver after a write, then at any moment, in turns, and the same command again: none lost',
  limitSeconds: 420,
  async run(trial) {
    const seed = Number(process.env['HANDOVER_SEED'] ?? Date.now() % 2 ** 31);
    trial.note(`HANDOVER_SEED=${seed} kills at these moments again`);
    const random = new Random(seed);
    const release = new ReleaseTrial(trial, { steps: [{ weight: 10 }, { weight: 50 }] });
    await release.install();
    await release.startLoads(200);
    for (let kills = 0; kills < mostKills; kills += 1) {
      const driver = release.start(['run', 'v2']);
      if (kills % 2 === 0) killAfterWrite(driver);
      else killAfter(driver, random.between(lifetime));
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

function killAfterWrite(driver: Driver): void {
  driver.onEvent(({ event }) => event === 'wrote' && driver.kill());
}

function killAfter(driver: Driver, ms: number): void {
  const timer = setTimeout(() => driver.kill(), ms);
  void driver.exit.then(() => clearTimeout(timer));
}
