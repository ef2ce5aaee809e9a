/**
 * A live Deployment becomes the first version as it is, and is replaced by the next ones, while a gateway is cut off for a while; then
 * its owner leaves handover, and rolls the last one by kubectl. Under load from before the first to after the last.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { exitCodes } from '../../model';
import { AboardTrial, deployment, imageOf, service } from '../support/aboard';
import { cutOff } from '../support/cut-off';
import { waits } from '../support/driver';
import { gatewayPods } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

const loads = [
  { load: 'for everyone, 80 qps', path: '/version', ratePerSecond: 80, connections: 20 },
  { load: 'rewritten, 40 qps', path: '/api/version', ratePerSecond: 40, connections: 10 },
  { load: 'five seconds each, 5 qps', path: '/service/delay/5', ratePerSecond: 5, connections: 40 },
] as const;

export const driverAboard: Scenario = {
  name: 'driver-aboard',
  claim:
    'a live Deployment of other names, made by kubectl, is imported, taken over, aborted at half, released twice, once past a gateway that is cut off, and left again: its pods are never replaced by that, none lost',
  limitSeconds: 600,
  onRequest: true,
  async run(trial) {
    const aboard = new AboardTrial(trial);
    await aboard.make();
    const started = [];
    for (const load of loads) started.push(await trial.startLoad({ ...load, maxSeconds: 580 }));
    await started[0]?.untilEnded(200, 60);
    await takeOver(trial, aboard);
    await releaseAndAbort(aboard);
    await cutOffMeanwhile(trial, () => release(trial, aboard, '1.4.0', '1.5.0', 2));
    await expectGone(trial);
    await release(trial, aboard, '1.5.0', '1.6.0', 3);
    await leave(trial);
    expectNothingLost(...(await trial.finish(...started)));
  },
};

async function takeOver(trial: Trial, aboard: AboardTrial): Promise<void> {
  const before = await owned(trial);
  trial.note((await aboard.import()).split('\n').slice(0, 12).join('\n'));
  await aboard.runTo(exitCodes.changes, 'plan');
  await aboard.runTo(exitCodes.refused, 'apply');
  expectSame('what its owners made, before anybody accepted the change', before, await owned(trial));
  await aboard.runTo(exitCodes.completed, 'apply', '--adopt');
  const { route: _, ...workload } = before;
  const { route, ...after } = await owned(trial);
  expectSame('Deployment, pods, scaler and budget after the take-over', workload, after);
  if (!JSON.stringify(route).includes('"subset":"1-4-0"')) throw new Error('expected routes to the subset of 1.4.0');
  await aboard.runTo(exitCodes.completed, 'plan');
}

async function releaseAndAbort(aboard: AboardTrial): Promise<void> {
  aboard.list('1.4.0', '1.5.0', 2, [{ weight: 50 }, { pause: 'until promoted' }]);
  const driver = await aboard.start('run', '1.5.0');
  await driver.until('pauses', waits('pause'));
  await aboard.runTo(exitCodes.aborted, 'abort');
  await driver.expectExit(exitCodes.aborted);
}

async function release(trial: Trial, aboard: AboardTrial, from: string, to: string, number: number): Promise<void> {
  aboard.list(from, to, number, [{ weight: 10 }, { pause: '1s' }, { weight: 50 }]);
  await aboard.runTo(exitCodes.completed, 'run', to);
  if (!aboard.text.includes(to) || aboard.text.includes(`${from}:`))
    throw new Error(`expected the file to list ${to} alone, found:\n${aboard.text}`);
  trial.note(`${to} has replaced ${from}`);
}

/** One gateway hears nothing of the first half minute of a release. */
async function cutOffMeanwhile(trial: Trial, released: () => Promise<void>): Promise<void> {
  const [pod] = await gatewayPods();
  if (!pod) throw new Error('expected a gateway, found none');
  const letThrough = await cutOff(pod);
  trial.atEnd(() => void letThrough().catch(() => undefined));
  trial.note(`${pod} is cut off`);
  await Promise.all([released(), sleep(30_000).then(letThrough)]);
}

/** As docs/leaving.md says: the object is an ordinary one, and its owner rolls it as any other. */
async function leave({ kubectl, note }: Trial): Promise<void> {
  const last = `${service}-1-6-0`;
  await kubectl.run('set', 'image', `deployment/${last}`, `podinfod=${imageOf(2)}`);
  await kubectl.rolledOut(last);
  note('left: rolled by kubectl alone');
}

interface Live {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: object };
  readonly spec: object;
}

/** What must not change: no status, and no number of pods, which the scaler decides. */
async function owned({ kubectl }: Trial) {
  const [made, scaler, budget, route] = await Promise.all([
    kubectl.get<Live & { spec: { template: object; paused?: boolean } }>('deployment', deployment),
    kubectl.get<Live>('horizontalpodautoscaler', deployment),
    kubectl.get<Live>('poddisruptionbudget', deployment),
    kubectl.get<Live>('virtualservice', service),
  ]);
  const plain = ({ metadata: { uid, labels }, spec }: Live) => ({ uid, labels, spec });
  const { template, paused } = made.spec;
  return {
    deployment: { uid: made.metadata.uid, labels: made.metadata.labels, template, paused },
    scaler: plain(scaler),
    budget: plain(budget),
    route: plain(route),
  };
}

function expectSame(what: string, before: object, after: object): void {
  if (isDeepStrictEqual(before, after)) return;
  throw new Error(`expected ${what} to be ${JSON.stringify(before)}, found ${JSON.stringify(after)}`);
}

/** The adopted Deployment, and what was beside it alone. */
async function expectGone({ kubectl }: Trial): Promise<void> {
  const kinds = 'deployments,horizontalpodautoscalers,poddisruptionbudgets';
  const left = (await kubectl.run('get', kinds, '--output', 'name')).trim().split('\n').sort();
  const kept = left.filter((name) => name.endsWith(`/${deployment}`));
  if (kept.length > 0) throw new Error(`expected nothing of ${deployment} to be left, found ${left.join()}`);
}
