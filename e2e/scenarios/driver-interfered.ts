/** Somebody else edits the route in the middle of a release: nothing is overwritten, and a person decides. */
import { exitCodes } from '../../model';
import { waits } from '../support/driver';
import { gatewaysSplit } from '../support/proxies';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';

export const driverInterfered: Scenario = {
  name: 'driver-interfered',
  claim: 'a foreign edit of the VirtualService stops the driver, which names its author; --adopt goes on; none lost',
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, { steps: [{ weight: 10 }, { pause: 'until promoted' }] });
    await release.install();
    await release.startLoads(300); // beside several drivers, two processors hold no more
    const driver = release.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    await trial.kubectl.patchAsSomebody('virtualservice', 'demo', [
      { op: 'replace', path: '/spec/http/0/route/0/weight', value: 70 },
      { op: 'replace', path: '/spec/http/0/route/1/weight', value: 30 },
      { op: 'replace', path: '/spec/http/0/name', value: 'by-hand' },
    ]);
    await driver.expectExit(exitCodes.held);
    if (!driver.lastWords.includes('somebody'))
      throw new Error(`expected the author's name, found ${driver.lastWords}`);
    await gatewaysSplit(trial.host, { v1: 70, v2: 30 });
    await release.start(['run', 'v2']).expectExit(exitCodes.held);

    // A person puts the name back, and keeps the weights.
    await renameRoute(trial, 'split');
    const adopting = release.start(['run', 'v2', '--adopt']);
    await adopting.until('pauses', waits('pause'));
    await release.start(['promote', '--full']).expectExit(exitCodes.completed);
    await adopting.expectExit(exitCodes.completed);
    await release.expectNothingLost();
    await release.expectLiveEqualsFiles();
  },
};

async function renameRoute({ kubectl }: Trial, name: string): Promise<void> {
  const rename = { op: 'replace', path: '/spec/http/0/name', value: name } as const;
  await kubectl.patchAsSomebody('virtualservice', 'demo', [rename]);
}
