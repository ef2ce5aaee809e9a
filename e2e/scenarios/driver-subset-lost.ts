/** Somebody removes the subset of the new version while half of the traffic goes there: it is back within seconds. */
import { exitCodes } from '../../model';
import { waits, wrote } from '../support/driver';
import { gatewaysHaveSubset } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { hostOf, podsPerVersion } from './two-versions';

/** From the start of kubectl, which takes a second or two where many programs run. The driver looks once a second in a pause; on a busy machine a look takes some. */
const longestAbsenceSeconds = 8;

export const driverSubsetLost: Scenario = {
  name: 'driver-subset-lost',
  claim: 'a subset that somebody removes under traffic is restored at once; nothing is lost before and after',
  onRequest: true,
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    await release.install();
    await release.startLoads(300);
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    const before = release.requestsLost;
    if (before > 0) throw new Error(`expected nothing lost before the removal, found ${before}`);
    const removedMs = await removeSubset(trial, 'v2');
    await driver.until('restores the subset', () => driver.events.filter(wrote('write the subsets v1, v2')).length > 1);
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v2', podsPerVersion);
    const backMs = Date.now();
    const [restoring] = driver.events.filter(wrote('write the subsets v1, v2')).slice(1);
    const seconds = (Date.parse(restoring?.at ?? '') - removedMs) / 1000;
    trial.note(`restored after ${seconds} s; lost meanwhile: ${release.requestsLost}`);
    if (!(seconds <= longestAbsenceSeconds)) throw new Error(`expected it back within ${longestAbsenceSeconds} s`);
    await release.start(['promote']).expectExit(exitCodes.completed);
    await driver.expectExit(exitCodes.completed);
    await release.expectLostOnlyBetween(removedMs, backMs);
    await release.expectLiveEqualsFiles();
  },
};

/** Returns when it began. */
async function removeSubset({ kubectl }: Trial, name: string): Promise<number> {
  const { spec } = await kubectl.get<{ spec: { subsets: { name: string }[] } }>('destinationrule', 'demo');
  const path = `/spec/subsets/${spec.subsets.findIndex((subset) => subset.name === name)}`;
  const beganMs = Date.now();
  await kubectl.patchAsSomebody('destinationrule', 'demo', [{ op: 'remove', path }]);
  return beganMs;
}
