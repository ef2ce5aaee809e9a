/** Somebody removes the subset of the new version while half of the traffic goes there: it is back within seconds. */
import { exitCodes } from '../../model';
import { waits, wrote } from '../support/driver';
import { gatewaysHaveSubset } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { hostOf, podsPerVersion } from './two-versions';

/** A look each second while the release pauses, and a push of istiod. */
const longestOutageSeconds = 5;

export const driverSubsetLost: Scenario = {
  name: 'driver-subset-lost',
  claim: 'a subset that somebody removes under traffic is restored at once; nothing is lost before and after',
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    await release.install();
    await release.startLoads(300);
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    const before = release.requestsLost;
    if (before > 0) throw new Error(`expected nothing lost before the removal, found ${before}`);
    const removedMs = Date.now();
    await removeSubset(trial, 'v2');
    await driver.until('restores the subset', wrote('write the subsets v1, v2'));
    const seconds = (Date.now() - removedMs) / 1000;
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v2', podsPerVersion);
    trial.note(`restored after ${seconds.toFixed(1)} s; lost meanwhile: ${release.requestsLost}`);
    if (seconds > longestOutageSeconds) throw new Error(`expected it back within ${longestOutageSeconds} s`);
    await release.start(['promote']).expectExit(exitCodes.completed);
    await driver.expectExit(exitCodes.completed);
    await release.expectLostOnlyBetween(removedMs, removedMs + longestOutageSeconds * 1000);
    await release.expectLiveEqualsFiles();
  },
};

async function removeSubset({ kubectl }: Trial, name: string): Promise<void> {
  const { spec } = await kubectl.get<{ spec: { subsets: { name: string }[] } }>('destinationrule', 'demo');
  const path = `/spec/subsets/${spec.subsets.findIndex((subset) => subset.name === name)}`;
  const patch = JSON.stringify([{ op: 'remove', path }]);
  await kubectl.run(
    'patch',
    'destinationrule',
    'demo',
    '--type',
    'json',
    '--field-manager',
    'somebody',
    '--patch',
    patch,
  );
}
