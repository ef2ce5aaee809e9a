/** Its owner rolls a Deployment that was adopted, in each way that there is: between releases, in mid-release, and by resuming it there. */
import { exitCodes } from '../../model';
import { AboardTrial, deployment, imageOf, service } from '../support/aboard';
import { waits, wrote, type Driver } from '../support/driver';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';
import { waitUntil } from '../support/wait-until';

const common = { 'app.kubernetes.io/name': 'storefront' };
const labels = (version: string) => ({ ...common, version });
/** Its selector leaves the version out, so an upgrade may change it. */
const made = { selector: common, replicas: 2 };
const load = { load: 'for everyone, 60 qps', path: '/version', ratePerSecond: 60, connections: 15, maxSeconds: 560 };

export const driverAboardRolls: Scenario = {
  name: 'driver-aboard-rolls',
  claim:
    'the owner of an adopted Deployment changes labels, image and annotations of its template between releases and in mid-release, and resumes it there: told, rolled out afterwards, none lost',
  limitSeconds: 580,
  onRequest: true,
  async run(trial) {
    const aboard = new AboardTrial(trial, { ...made, labels: labels('1.4.0') });
    await aboard.make();
    const started = await trial.startLoad(load);
    await started.untilEnded(60, 60);
    await aboard.import();
    await aboard.runTo(exitCodes.completed, 'apply', '--adopt');
    await rollBetween(trial, aboard);
    await rollInMidRelease(trial, aboard);
    aboard.list('1.4.0', '1.5.0', 3, [{ weight: 50 }]);
    await aboard.runTo(exitCodes.completed, 'run', '1.5.0');
    expectNothingLost(...(await trial.finish(started)));
  },
};

export const driverAboardUnlabelled: Scenario = {
  name: 'driver-aboard-unlabelled',
  claim:
    'a Deployment whose pods have no label of their own is adopted, replaced, kept, rolled by its owner without traffic and with it, and a killed driver leaves it paused for the next: none lost',
  limitSeconds: 580,
  onRequest: true,
  async run(trial) {
    const aboard = new AboardTrial(trial, { ...made, labels: common });
    await aboard.make();
    const started = await trial.startLoad(load);
    await started.untilEnded(60, 60);
    await aboard.import();
    aboard.list('v1', '1.5.0', 3, [{ weight: 50 }, { pause: 'until promoted' }], { adopt: { deployment, keep: true } });
    await killWhilePaused(trial, aboard);
    await roll(trial, 'restart', `deployment/${deployment}`);
    aboard.edit({ steps: [{ weight: 50 }] });
    await aboard.runTo(exitCodes.completed, 'run', 'v1');
    await roll(trial, 'restart', `deployment/${deployment}`);
    expectNothingLost(...(await trial.finish(started)));
  },
};

/** A label that its subset used to choose by, the image, and an annotation. */
async function rollBetween(trial: Trial, aboard: AboardTrial): Promise<void> {
  await aboard.upgrade({ labels: labels('1.4.1') });
  await trial.kubectl.rolledOut(deployment);
  await trial.kubectl.run('set', 'image', `deployment/${deployment}`, `podinfod=${imageOf(2)}`);
  await trial.kubectl.rolledOut(deployment);
  await roll(trial, 'restart', `deployment/${deployment}`);
  trial.note('rolled three times between releases');
}

async function roll({ kubectl }: Trial, ...what: readonly string[]): Promise<void> {
  await kubectl.run('rollout', ...what);
  await kubectl.rolledOut(deployment);
}

async function rollInMidRelease(trial: Trial, aboard: AboardTrial): Promise<void> {
  const { kubectl } = trial;
  aboard.list('1.4.0', '1.5.0', 3, [{ weight: 50 }, { pause: 'until promoted' }]);
  const driver = await aboard.start('run', '1.5.0');
  await driver.until('pauses', waits('pause'));
  const before = await podNames(trial);
  await aboard.upgrade({ labels: labels('1.4.2') });
  await kubectl.run('set', 'image', `deployment/${deployment}`, `podinfod=${imageOf(1)}`);
  const refused = await kubectl.run('rollout', 'restart', `deployment/${deployment}`).catch(String);
  trial.note(`a restart in mid-release: ${refused.slice(0, 200)}`);
  await driver.until('tells of the template', ({ event }) => event === 'template-waits', 60);
  const after = await podNames(trial);
  if (after !== before) throw new Error(`expected the pods ${before} in mid-release, found ${after}`);
  await resumeInMidRelease(trial, driver);
  await aboard.upgrade({ labels: labels('1.4.3') });
  await aboard.runTo(exitCodes.aborted, 'abort');
  await driver.expectExit(exitCodes.aborted);
  await kubectl.rolledOut(deployment);
  await expectAtRest(trial, '1.4.3');
}

/** The hand that nobody could stop: all of its pods change in mid-release. */
async function resumeInMidRelease({ kubectl, note }: Trial, driver: Driver): Promise<void> {
  const paused = (driver.events.filter(wrote('pause the rollout')) as unknown[]).length;
  await kubectl.run('rollout', 'resume', `deployment/${deployment}`);
  const isAgain = () => driver.events.filter(wrote('pause the rollout')).length > paused || 'not paused again';
  await waitUntil('the driver pauses it again', isAgain, { limitSeconds: 120 });
  const pauses = driver.events.filter(waits('pause')).length;
  const isResting = () => driver.events.filter(waits('pause')).length > pauses || 'not at its pause again';
  await waitUntil('the release stands again', isResting, { limitSeconds: 60 });
  note('resumed in mid-release: it rolled, and the release went on');
}

interface Live {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly paused?: boolean; readonly template: { readonly metadata: { readonly labels: object } } };
}

async function expectAtRest({ kubectl }: Trial, version: string): Promise<void> {
  const { metadata, spec } = await kubectl.get<Live>('deployment', deployment);
  const rule = await kubectl.get<{ spec: { subsets: object[] } }>('destinationrule', service);
  const found = JSON.stringify({
    paused: spec.paused ?? false,
    note: metadata.annotations?.['handover/paused'] ?? 'none',
    labels: spec.template.metadata.labels,
    subsets: rule.spec.subsets,
  });
  const wanted = { paused: false, note: 'none', labels: labels(version), subsets: [{ name: '1-4-0' }] };
  if (found !== JSON.stringify(wanted)) throw new Error(`expected ${JSON.stringify(wanted)}, found ${found}`);
}

/** Nobody resumes it but the next driver. */
async function killWhilePaused(trial: Trial, aboard: AboardTrial): Promise<void> {
  const killed = await aboard.start('run', '1.5.0', '--adopt');
  await killed.until('has paused it', wrote('pause the rollout'));
  killed.kill();
  await killed.exit;
  const driver = await aboard.start('run', '1.5.0');
  await driver.until('pauses', waits('pause'));
  await aboard.runTo(exitCodes.completed, 'promote', '--full');
  await driver.expectExit(exitCodes.completed);
  const { spec } = await trial.kubectl.get<Live>('deployment', deployment);
  if (spec.paused) throw new Error('expected the kept Deployment to be resumed, found it paused');
}

async function podNames({ kubectl }: Trial): Promise<string> {
  const found = await kubectl.run('get', 'pods', '--selector', 'app.kubernetes.io/name=storefront', '--output', 'name');
  return found
    .split('\n')
    .filter((name) => name.includes(`/${deployment}-`))
    .sort()
    .join(' ');
}
