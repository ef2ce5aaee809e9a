/** The stable version lacks a pod when a sick one has half of the traffic: what the others can carry goes back at once. */
import { exitCodes, type Manifest } from '../../model';
import { isLost } from '../load/outcome';
import { waits, wrote } from '../support/driver';
import { gatewayAddress } from '../support/gateway';
import type { Load } from '../support/load';
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { waitUntil } from '../support/wait-until';
import { deploymentOf, demo, hostOf, v1, v2 } from './two-versions';

const replicas = 4;
const timings = { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' };
const requests = { path: demo.path, perSecond: 20, duration: '20s', maxFailures: 10 };
const plan = { timings, analyses: { answers: { requests } } };
const versions = { v1: { ...v1, replicas }, v2: { ...v2, replicas, env: { FAULT_ERROR_PERCENT: '50' } } };

const held = { pause: 'until promoted' } as const;

/** A timeout, or the wait for the fourth pod, would be minutes. */
const mostSeconds = 15;

export const driverShortOfPods: Scenario = {
  name: 'driver-short-of-pods',
  claim:
    'v1 has three of four pods, v2 fails at half: abort takes back 75 of 100 at once, and the rest with the fourth pod',
  onRequest: true,
  limitSeconds: 240,
  run: (trial) => whileLoaded(trial, abortByPerson),
};

export const driverSickShortOfPods: Scenario = {
  name: 'driver-sick-short-of-pods',
  claim: 'v1 has three of four pods when an analysis says that v2 is sick: it gets all traffic back at once',
  onRequest: true,
  limitSeconds: 240,
  run: (trial) => whileLoaded(trial, abortByAnalysis),
};

async function whileLoaded(trial: Trial, abort: (trial: Trial, app: UserApp) => Promise<void>): Promise<void> {
  const app = new UserApp(trial);
  app.list({ ...plan, versions: { v1: versions.v1 }, weights: { v1: 100 } });
  await app.install(deploymentOf('v1'));
  await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', replicas);
  const load = await trial.startLoad({ load: 'demo, 80 qps', ...demo, ratePerSecond: 80, maxSeconds: 220 });
  await load.untilEnded(100, 30);
  await abort(trial, app);
  await expectOnlyLostBy('v2', trial, load);
}

async function abortByPerson(trial: Trial, app: UserApp): Promise<void> {
  app.list({ ...plan, versions, weights: { v1: 100 }, steps: [{ weight: 50 }, held] });
  const driver = await app.start(['run', 'v2']);
  await driver.until('pauses', waits('pause'));
  await losePod(trial);
  const askedMs = Date.now();
  const abort = await app.start(['abort']);
  await driver.until('takes back what three pods carry', wrote('v1-75'), 30);
  await gatewaysSplit(trial.host, { v1: 75, v2: 25 }, mostSeconds);
  tellAfter(trial, 'v1 has 75 of 100 again', askedMs);
  await driver.until('waits for the fourth pod', waits('pods'), 30);
  await allowPods(trial);
  await abort.expectExit(exitCodes.aborted);
  await driver.expectExit(exitCodes.aborted);
  await gatewaysSplit(trial.host, { v1: 100 }, 1);
  trial.note(`the rest followed with the fourth pod, ${seconds(askedMs)} s after the abort was asked for`);
}

/** By a person v2 may be well: by a failed analysis it is known to be sick, and three pods get all. */
async function abortByAnalysis(trial: Trial, app: UserApp): Promise<void> {
  app.list({ ...plan, versions, weights: { v1: 100 }, steps: [{ weight: 50 }, held, { analyse: 'answers' }] });
  const driver = await app.start(['run', 'v2', '--gateway-address', await gatewayAddress()]);
  await driver.until('pauses', waits('pause'));
  await losePod(trial);
  // The release may be over before that shell has looked again: then it tells how it ended.
  await app.start(['promote']);
  await driver.until('has a verdict', ({ verdict }) => verdict === 'failed', 60);
  const failedMs = Date.now();
  await gatewaysSplit(trial.host, { v1: 100 }, mostSeconds);
  tellAfter(trial, 'v1 has all again, with three of four pods,', failedMs, 'the analysis');
  await driver.expectExit(exitCodes.aborted);
  await allowPods(trial);
}

const quota = 'no-more-pods';

/** It ends as it should, and nobody may make another one. */
async function losePod({ kubectl, namespace, note }: Trial): Promise<void> {
  const { items } = await kubectl.get<{ items: Manifest[] }>('pods', '--selector', 'version=v1');
  const spec = { hard: { pods: '1' } };
  await kubectl.apply([{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: quota, namespace }, spec }]);
  await waitUntil('the quota counts', async () => {
    const { status } = await kubectl.get<Manifest & { status?: { used?: object } }>('resourcequota', quota);
    return status?.used !== undefined || 'it does not yet';
  });
  await kubectl.run('delete', 'pod', items[0]?.metadata.name ?? '');
  await gatewaysHaveSubset(hostOf(namespace), 'v1', replicas - 1);
  note('v1 has three of four pods');
}

/** The controller tries again by itself, later and later; a new generation makes it try now. */
async function allowPods({ kubectl, namespace }: Trial): Promise<void> {
  await kubectl.run('delete', 'resourcequota', quota);
  await kubectl.run('annotate', 'replicaset', '--selector', 'version=v1', `again=${Date.now()}`, '--overwrite');
  await gatewaysHaveSubset(hostOf(namespace), 'v1', replicas, 120);
}

function tellAfter(trial: Trial, what: string, sinceMs: number, after = 'the abort was asked for'): void {
  const took = seconds(sinceMs);
  trial.note(`${what} ${took} s after ${after}`);
  if (took > mostSeconds) throw new Error(`expected it within ${mostSeconds} s, found ${took}`);
}

function seconds(sinceMs: number): number {
  return Math.round((Date.now() - sinceMs) / 100) / 10;
}

async function expectOnlyLostBy(version: string, trial: Trial, load: Load): Promise<void> {
  await trial.finish(load);
  const lost = load.outcomes().filter(isLost);
  const others = lost.filter((outcome) => outcome.version !== version);
  trial.note(`${lost.length} answers of ${version} were wrong, ${others.length} others`);
  if (lost.length === 0 || others.length > 0)
    throw new Error(`expected only ${version} to fail, found ${JSON.stringify(others.slice(0, 5))}`);
}
