/** What the driver is for: a whole release under load, from v1 in the cluster to v2 in the cluster and in the files. */
import { exitCodes } from '../../model';
import { waits } from '../support/driver';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';

export const driverRun: Scenario = {
  name: 'driver-run',
  claim:
    'handover run v2: 10, 50, 100, v1 drained and removed, files equal to what is live; a second driver is refused',
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, {
      steps: [{ weight: 10 }, { pause: '3s' }, { weight: 50 }, { pause: '3s' }],
    });
    await release.install();
    await release.startLoads();
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    await release.start(['run', 'v2']).expectExit(exitCodes.locked);
    await driver.expectExit(exitCodes.completed);
    if (!driver.lastWords.includes('now say what is live'))
      throw new Error(`expected the driver to see its manifests live, found:\n${driver.lastWords}`);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};
