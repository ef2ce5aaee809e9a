/** Somebody deletes what a release edits, and the driver puts it back. */
import { exitCodes } from '../../model';
import { waits, wrote } from './driver';
import { ReleaseTrial } from './release';
import { gatewaysHaveSubset, gatewaysSplit } from './proxies';
import { hostOf, podsPerVersion } from '../scenarios/two-versions';
import type { Trial } from './trial';

/** Requests that are lost between the deletion and what is put back: at 200 a second, this is what some seconds cost. */
const mostLost = 2_000;

/** Deletes the object while the release pauses at 50 %, sees it put back, and the release completed with live equal to the files. */
export async function deletedInMidRelease(trial: Trial, kind: 'virtualservice' | 'destinationrule'): Promise<void> {
  const release = new ReleaseTrial(trial, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
  await release.install();
  await release.startLoads(200);
  const driver = release.start(['run', 'v2']);
  await driver.until('pauses', waits('pause'));
  const lostBefore = release.requestsLost;
  if (lostBefore > 0) throw new Error(`expected nothing lost before the deletion, found ${lostBefore}`);
  const deletedMs = Date.now();
  await trial.kubectl.run('delete', kind, 'demo');
  await driver.until('puts it back', wrote('create the deleted'));
  trial.note(`${kind} deleted, and put back ${Date.now() - deletedMs} ms later`);
  await gatewaysSplit(trial.host, { v1: 50, v2: 50 });
  for (const version of ['v1', 'v2']) await gatewaysHaveSubset(hostOf(trial.namespace), version, podsPerVersion);
  await release.start(['promote', '--full']).expectExit(exitCodes.completed);
  await driver.expectExit(exitCodes.completed);
  await release.expectLiveEqualsFiles();
  await expectHistory(trial, release);
  const summaries = await release.finishLoads();
  const lost = summaries.reduce((sum, each) => sum + each.lost, 0);
  trial.note(`${lost} requests lost between the deletion and what was put back`);
  if (lost > mostLost) throw new Error(`expected at most ${mostLost} lost by the deletion, found ${lost}`);
}

async function expectHistory(trial: Trial, release: ReleaseTrial): Promise<void> {
  const status = release.start(['status', 'demo', '--namespace', trial.namespace, '--history']);
  await status.expectExit(exitCodes.completed);
  if (!/"from":"v1","to":"v2".*"outcome":"completed"/.test(status.lastWords))
    throw new Error(`expected the release in the history, found ${status.lastWords}`);
}
