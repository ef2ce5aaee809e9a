/** What the driver is for: a whole release under load, from v1 in the cluster to v2 in the cluster and in the files. */
import { exitCodes } from '../../model';
import { waits } from '../support/driver';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';

export const driverRun: Scenario = {
  name: 'driver-run',
  claim:
    'handover run v2: 10, 50, 100, v1 drained and removed, files equal to what is live; a second driver is refused; Events tell each step',
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
    await expectEvents(trial);
  },
};

/** As a person sees them who knows nothing of handover. */
async function expectEvents({ kubectl, note }: Trial): Promise<void> {
  const described = await kubectl.run('describe', 'virtualservice', 'demo');
  const events = described.slice(described.indexOf('Events:'));
  note(`kubectl describe virtualservice demo:\n${events}`);
  const steps = ['add v2', 'step 1 of 5: weight 10', 'step 2 of 5: pause 3 s', 'step 3 of 5: weight 50'];
  const rest = ['step 4 of 5: pause 3 s', 'step 5 of 5: weight 100', 'remove v1'];
  const wanted = [...[...steps, ...rest].map((step) => `v1 to v2: ${step}`), 'completed: '];
  const missing = wanted.filter((text) => !events.includes(text));
  if (missing.length > 0) throw new Error(`expected an Event of ${missing.join(', ')}, found:\n${events}`);
}
