/**
 * Requests that nobody counts: slow uploads before which a filter of the gateway waits. The driver keeps a version for the longest
 * request after its last route; one that is told of none loses them.
 */
import { exitCodes } from '../../model';
import { bufferBodies } from '../support/buffering';
import type { Load } from '../support/load';
import { ReleaseTrial } from '../support/release';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectLossWithin, expectNothingLost } from '../support/verdict';
import { demo } from './two-versions';

/** Eight seconds each, so some thirty are held at any time. */
const uploads = { path: demo.path, ratePerSecond: 4, connections: 80, upload: { bytes: 20_000, durationMs: 8_000 } };
const timings = (longestRequest: string) => ({ shutdownDelay: '8s', longestRequest, exitMargin: '3s' });

export const driverHeldRequests: Scenario = {
  name: 'driver-held-requests',
  claim: 'a gateway buffers slow uploads, which nobody counts: a whole release loses none of them',
  limitSeconds: 300,
  async run(trial) {
    const release = new ReleaseTrial(trial, { timings: timings('15s'), steps: [{ weight: 50 }, { pause: '2s' }] });
    await release.install();
    const loads = await startUploads(trial);
    await release.start(['run', 'v2']).expectExit(exitCodes.completed);
    await loads[0].untilEnded(loads[0].progress.ended + 40, 60);
    expectNothingLost(...(await trial.finish(...loads)));
    await release.expectLiveEqualsFiles();
  },
};

const attempts = 3;

export const controlHeldRequests: Scenario = {
  name: 'control-held-requests',
  claim: 'must lose requests: the same release by a driver that is told of a longest request of 1 s',
  limitSeconds: 300,
  onRequest: true,
  async run(trial) {
    const release = new ReleaseTrial(trial, { timings: timings('1s') });
    await release.install();
    const [load, other] = await startUploads(trial);
    await expectLossWithin(trial, attempts, async (number) => {
      const before = load.progress.lost;
      const [from, to] = number % 2 === 1 ? ['v1', 'v2'] : ['v2', 'v1'];
      release.listBoth(from);
      await release.start(['run', to]).expectExit(exitCodes.completed);
      // What was held at the end is let on, and answered, within the time of an upload.
      await load.untilEnded(load.progress.ended + 40, 60);
      return load.progress.lost > before;
    });
    await trial.finish(load, other);
  },
};

async function startUploads(trial: Trial): Promise<readonly [Load, Load]> {
  await bufferBodies(trial);
  const slow = await trial.startLoad({ load: 'uploads of 8 s, 4 qps', ...uploads });
  const quick = await trial.startLoad({ load: 'demo, 50 qps', ...demo, ratePerSecond: 50 });
  await slow.untilEnded(20, 60);
  return [slow, quick];
}
