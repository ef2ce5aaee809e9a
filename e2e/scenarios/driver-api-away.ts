/** The API server is away in the middle of a release, for longer than any retry of a request lasts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '../../model';
import { doorBefore } from '../support/api-door';
import { waits } from '../support/driver';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

const awaySeconds = 20;

export const driverApiAway: Scenario = {
  name: 'driver-api-away',
  claim: `the API server is away for ${awaySeconds} s, twice: the driver says so, waits, and ends the release; none lost`,
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    await release.install();
    const { door, kubeconfig } = await doorBefore(release.kubeconfig);
    trial.atEnd(() => door.shut());
    const count = (name: string) => driver.events.filter(({ event }) => event === name).length;
    const away = async () => {
      const [aways, backs] = [count('away'), count('back')];
      door.shut();
      trial.note('the API server is away');
      await sleep(awaySeconds * 1000);
      const times = count('away') - aways;
      if (times !== 1) throw new Error(`expected to be told of the absence once, found ${times} times`);
      await door.open();
      trial.note('the API server is back');
      await driver.until('hears it again', () => count('back') > backs);
    };

    await release.startLoads(300); // beside the driver that advances, two processors hold no more
    const driver = release.start(['run', 'v2'], {}, kubeconfig);
    await driver.until('pauses', waits('pause'));
    await away();
    await release.start(['promote']).expectExit(exitCodes.completed);
    await driver.until('drains', waits('drain'));
    await away();
    await driver.expectExit(exitCodes.completed);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};
