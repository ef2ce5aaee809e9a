/** What is no part of the release stays as it is: users of another version, and a subset that is no version. */
import { exitCodes, type Manifest } from '../../model';
import { waits } from '../support/driver';
import { gatewaysHaveSubset } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, demo, hostOf, v1, v2 } from './two-versions';

const plan = {
  timings: { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' },
  steps: [{ weight: 50 }, { pause: 'until promoted' as const }],
};
const single = <Build extends object>(build: Build) => ({ ...build, replicas: 1 });

export const driverBystanders: Scenario = {
  name: 'driver-bystanders',
  claim:
    'a route pinned to a third version, a subset that is no version, and a version that a colleague prepares stay as they are; a subset of the new name with other labels refuses, also in a DestinationRule of somebody else',
  limitSeconds: 200,
  async run(trial) {
    const app = new UserApp(trial, 'add-bystanders');
    const before = { v0: single(v1), v1: single(v1) };
    app.list({ ...plan, versions: before, weights: { v1: 100 } });
    await app.install(deploymentOf('v0'), deploymentOf('v1'));
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', 1);
    app.list({ ...plan, versions: { ...before, v2: single(v2) }, weights: { v1: 100 } });
    const loads = [
      await trial.startLoad({ load: 'demo, 40 qps', ...demo, ratePerSecond: 40 }),
      await trial.startLoad({ load: 'beta, 10 qps', ...demo, ratePerSecond: 10, headers: { 'x-beta': 'yes' } }),
    ];
    await Promise.all(loads.map((load) => load.untilEnded(20, 30)));
    await expectPoisonRefused(trial, app);
    await expectSecondRuleRefused(trial, app);
    await prepareVersion(trial);
    const driver = await app.start(['run', 'v2']);
    await driver.until('pauses', waits('pause'));
    await expectUntouched(trial, 'v0', 'v1', 'v2', 'all');
    await (await app.start(['promote'])).expectExit(exitCodes.completed);
    await driver.expectExit(exitCodes.completed);
    await expectUntouched(trial, 'v0', 'v2', 'all');
    await expectPrepared(trial);
    expectNothingLost(...(await trial.finish(...loads)));
    await app.expectLiveEqualsManifests();
  },
};

/** Somebody's subset of that name sends to the old pods: v2 would look ready, and its requests would end with v1. */
async function expectPoisonRefused(trial: Trial, app: UserApp): Promise<void> {
  const poison = { name: 'v2', labels: { version: 'v1' } };
  const path = '/spec/subsets/0';
  await trial.kubectl.patchAsSomebody('destinationrule', 'demo', [{ op: 'add', path, value: poison }]);
  const driver = await app.start(['run', 'v2']);
  await driver.expectExit(exitCodes.refused);
  if (!driver.lastWords.includes('spec.subsets[0].labels.version'))
    throw new Error(`expected the difference of the subset, found ${driver.lastWords}`);
  await trial.kubectl.patchAsSomebody('destinationrule', 'demo', [{ op: 'remove', path }]);
}

/** istiod lays rules of one host together: proxies have its subset, whoever wrote it. */
async function expectSecondRuleRefused({ kubectl, namespace }: Trial, app: UserApp): Promise<void> {
  const host = hostOf(namespace);
  const spec = { host, subsets: [{ name: 'v2', labels: { version: 'v1' } }] };
  const metadata = { name: 'colleague', namespace };
  await kubectl.apply([{ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec }]);
  await gatewaysHaveSubset(host, 'v2', 1);
  const driver = await app.start(['run', 'v2']);
  await driver.expectExit(exitCodes.refused);
  if (!driver.allWords.includes(`the DestinationRule ${namespace}/colleague`))
    throw new Error(`expected a refusal that names the colleague's rule, found ${driver.lastWords}`);
  const made = await kubectl.run('get', 'deployments', '--selector', 'version=v2', '--output', 'name');
  if (made !== '') throw new Error(`expected a refusal before the first write, found ${made}`);
  await kubectl.run('delete', 'destinationrule', 'colleague');
}

async function expectUntouched({ kubectl }: Trial, ...subsets: string[]): Promise<void> {
  const rule = await kubectl.get<Manifest & { spec: { subsets: { name: string }[] } }>('destinationrule', 'demo');
  const service = await kubectl.get<Manifest & { spec: { http: object[] } }>('virtualservice', 'demo');
  const names = rule.spec.subsets.map(({ name }) => name);
  const [pinned] = service.spec.http;
  const isSame = names.join() === subsets.join() && JSON.stringify(pinned).includes('"subset":"v0"');
  if (!isSame)
    throw new Error(
      `expected the subsets ${subsets.join()} and beta at v0, found ${names.join()} and ${JSON.stringify(pinned)}`,
    );
}

/** Under our labels, and by names that synth never writes: a Deployment like that of v1, and what it reads. */
async function prepareVersion({ kubectl, namespace }: Trial): Promise<void> {
  const model = await kubectl.get<Manifest & { spec: { template: Manifest } }>('deployment', deploymentOf('v1'));
  const labels = { ...model.metadata.labels, ...prepared };
  const { template } = model.spec;
  const pod = { metadata: { labels: { ...template.metadata.labels, ...prepared } }, spec: template['spec'] };
  const spec = { replicas: 1, selector: { matchLabels: { app: 'demo', version: 'v9' } }, template: pod };
  await kubectl.apply([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes', namespace, labels }, data: {} },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop', namespace, labels }, spec },
  ]);
  await kubectl.rolledOut('shop');
}

const prepared = { 'handover/version': 'v9', version: 'v9' };

async function expectPrepared({ kubectl }: Trial): Promise<void> {
  const found = await kubectl.run('get', 'deployment/shop', 'configmap/notes', '--output', 'name');
  if (found.trim().split('\n').length !== 2) throw new Error(`expected the prepared version to stay, found ${found}`);
}
