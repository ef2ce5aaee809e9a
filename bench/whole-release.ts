/** A release without pauses, with a hundred requests of ten seconds in flight all the time. */
import { exitCodes } from '../model';
import type { ReleaseFileInput } from '../model';
import { ReleaseTrial } from '../e2e/support/release';
import type { Trial } from '../e2e/support/trial';
import type { Scenario } from '../e2e/support/scenario';
import { waitAfter } from './waits';

const longestRequestMs = 10_000;
const limitMs = 5_000;

export function wholeRelease(steps: ReleaseFileInput['steps']): Scenario['run'] {
  return (trial) => measureRelease(trial, new ReleaseTrial(trial, { steps }));
}

async function measureRelease(trial: Trial, release: ReleaseTrial): Promise<void> {
  await release.install();
  await release.startLoads(20); // a load that takes all processors would be measured instead of the driver
  const beganMs = Date.now();
  const driver = release.start(['run', 'v2']);
  await driver.exit;
  const totalMs = Date.now() - beganMs;
  await driver.expectExit(exitCodes.completed);
  const { writtenAtMs, passedAtMs } = waitAfter(driver, 'create the objects of v2');
  const podStartMs = passedAtMs - writtenAtMs;
  const restMs = totalMs - podStartMs - longestRequestMs;
  trial.note(
    `the whole release took ${totalMs} ms: ${podStartMs} until the pods were available, ${longestRequestMs} for`,
  );
  trial.note(`the longest request, and ${restMs} for everything else`);
  await release.expectNothingLost();
  if (!(restMs <= limitMs)) throw new Error(`expected at most ${limitMs} ms for everything else, found ${restMs} ms`);
}
