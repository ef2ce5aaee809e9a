/** An adopted Deployment loses all its pods in mid-release, by hands that nobody could stop: the release waits for no rollout then. */
import { exitCodes } from '../../model';
import { AboardTrial, deployment } from '../support/aboard';
import { waits, wrote, type Driver } from '../support/driver';
import type { Load } from '../support/load';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { waitUntil } from '../support/wait-until';

const labels = { 'app.kubernetes.io/name': 'storefront' };
const ratePerSecond = 60;
/** Half of the load for four seconds, until every proxy has left it. A driver that waited for a rollout lost it for two minutes. */
const mostLost = (ratePerSecond / 2) * 4;

export const driverAboardEmptied: Scenario = {
  name: 'driver-aboard-emptied',
  claim:
    'an adopted Deployment that has an evicted pod of a former template is scaled to none in mid-release, and then its ReplicaSet is deleted: each time its share leaves it within four seconds, an abort gets it pods again, and nothing else is lost',
  limitSeconds: 420,
  onRequest: true,
  async run(trial) {
    const aboard = new AboardTrial(trial, { labels, selector: labels, replicas: 2 });
    await aboard.make();
    await leaveFailedPod(trial);
    await aboard.import();
    aboard.list('v1', '1.5.0', 3, [{ weight: 50 }, { pause: 'until promoted' }]);
    const load = await trial.startLoad({ load: 'for everyone', path: '/version', ratePerSecond, connections: 15 });
    await load.untilEnded(60, 60);
    const driver = await aboard.start('run', '1.5.0', '--adopt');
    await driver.until('pauses', waits('pause'));
    await scaleToNoneAndBack(trial, driver, load);
    await deleteReplicaSet(trial, driver, load);
    const before = load.progress.lost;
    await aboard.runTo(exitCodes.aborted, 'abort');
    await driver.expectExit(exitCodes.aborted);
    await trial.kubectl.rolledOut(deployment);
    expectLost(load, before, 0, 'by the abort');
    await trial.finish(load);
  },
};

/** As one that its node has evicted: it is listed for weeks, by the template that it had. */
async function leaveFailedPod({ kubectl }: Trial): Promise<void> {
  const [pod = ''] = (await kubectl.run('get', 'pods', '--output', 'name')).trim().split('\n');
  await kubectl.run('patch', pod, '--patch', JSON.stringify({ spec: { activeDeadlineSeconds: 1 } }));
  await kubectl.run('wait', pod, '--for=jsonpath={.status.phase}=Failed', '--timeout=60s');
  await kubectl.run('rollout', 'restart', `deployment/${deployment}`);
  await kubectl.rolledOut(deployment);
  const left = await kubectl.run('get', pod, '--output', 'jsonpath={.status.phase}');
  if (left !== 'Failed') throw new Error(`expected ${pod} to be left as Failed, found ${left}`);
}

async function scaleToNoneAndBack({ kubectl }: Trial, driver: Driver, load: Load): Promise<void> {
  await empty(driver, load, () => kubectl.run('scale', `deployment/${deployment}`, '--replicas=0'));
  const [pauses, before] = [driver.events.filter(waits('pause')).length, load.progress.lost];
  await kubectl.run('scale', `deployment/${deployment}`, '--replicas=2');
  const isBack = () => driver.events.filter(waits('pause')).length > pauses || driver.lastWords;
  await waitUntil('the release stands again', isBack, { limitSeconds: 90 });
  expectLost(load, before, 0, 'by its return');
}

/** Paused, a Deployment makes no other one. */
async function deleteReplicaSet({ kubectl }: Trial, driver: Driver, load: Load): Promise<void> {
  const chosen = ['--selector', 'app.kubernetes.io/name=storefront,!version'];
  await empty(driver, load, () => kubectl.run('delete', 'replicaset', ...chosen));
}

async function empty(driver: Driver, load: Load, hand: () => Promise<unknown>): Promise<void> {
  const leaves = wrote('write the route 1.5.0-100');
  const [left, { lost, ended }] = [driver.events.filter(leaves).length, load.progress];
  await hand();
  const hasLeft = () => driver.events.filter(leaves).length > left || driver.lastWords;
  await waitUntil('its share leaves it', hasLeft, { limitSeconds: 60 });
  await load.untilEnded(ended + 6 * ratePerSecond, 60);
  expectLost(load, lost, mostLost, 'by a Deployment without a pod');
}

function expectLost({ progress }: Load, before: number, most: number, how: string): void {
  const lost = progress.lost - before;
  if (lost > most) throw new Error(`expected at most ${most} requests lost ${how}, found ${lost}`);
}
