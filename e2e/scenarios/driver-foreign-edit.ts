/** Somebody else's hand on the VirtualService: weights under our name for the route, and a route that is theirs. */
import { isDeepStrictEqual } from 'node:util';
import { exitCodes, type Manifest } from '../../model';
import { waits } from '../support/driver';
import { ofKind, readManifests } from '../support/manifests';
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, demo, hostOf, podsPerVersion, v1, v2 } from './two-versions';

const plan = {
  timings: { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' },
  steps: [{ weight: 50 }, { pause: 'until promoted' as const }],
};

export const driverForeignEdit: Scenario = {
  name: 'driver-foreign-edit',
  claim:
    "a foreign route that synth lacks refuses a release, and survives it when synth has it; weights edited under the route's name hold it, and so does the DestinationRule; an abort asked for afterwards keeps the edit",
  limitSeconds: 420,
  async run(trial) {
    const app = new UserApp(trial, 'add-route');
    app.list({ ...plan, versions: { v1 }, weights: { v1: 100 } });
    const installed = readManifests(await app.install(deploymentOf('v1')));
    await startOther(trial, installed);
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', podsPerVersion);
    app.list({ ...plan, versions: { v1, v2 }, weights: { v1: 100 } });
    const foreign = foreignPart(await liveRoutes(trial));
    const loads = [
      await trial.startLoad({ load: 'demo, 60 qps', ...demo, ratePerSecond: 60 }),
      await trial.startLoad({
        load: 'second host, 20 qps',
        ...demo,
        ratePerSecond: 20,
        headers: { host: `second.${trial.host}` },
      }),
    ];
    await Promise.all(loads.map((load) => load.untilEnded(20, 30)));

    app.editWith();
    await expectRefused(trial, app);
    app.editWith('add-route');
    await holdAndAdopt(trial, app);
    expectNothingLost(...(await trial.finish(...loads)));
    const found = foreignPart(await liveRoutes(trial));
    if (!isDeepStrictEqual(found, foreign))
      throw new Error(`expected ${JSON.stringify(foreign)}, found ${JSON.stringify(found)}`);
    await app.expectLiveEqualsManifests();
  },
};

interface Route {
  readonly name?: string;
  readonly route: readonly { readonly weight?: number }[];
}
interface LiveRoutes {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: { readonly hosts: readonly string[]; readonly http: readonly Route[] };
}

function liveRoutes({ kubectl }: Trial): Promise<LiveRoutes> {
  return kubectl.get<LiveRoutes>('virtualservice', 'demo');
}

/** All but the route that a release edits. */
function foreignPart({ spec: { http, ...spec } }: LiveRoutes) {
  return { ...spec, http: http.filter(({ name }) => !isSplit(name)), places: http.map(({ name }) => isSplit(name)) };
}

const isSplit = (name = '') => name.split('@')[0] === 'split';

/** The Service of the second host: no release touches it. */
async function startOther({ kubectl, namespace }: Trial, installed: readonly Manifest[]): Promise<void> {
  const metadata = { name: 'other', namespace, labels: { app: 'other' } };
  const [deployment] = ofKind(installed, 'Deployment');
  if (!deployment) return;
  const { template } = deployment['spec'] as { template: Manifest };
  const ownTemplate = { metadata: { labels: metadata.labels }, spec: template['spec'] };
  const spec = { replicas: 1, selector: { matchLabels: metadata.labels }, template: ownTemplate };
  const ports = [{ name: 'http', port: 8080, targetPort: 'http' }];
  await kubectl.apply([
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports, selector: metadata.labels } },
  ]);
  await kubectl.rolledOut('other');
}

async function expectRefused(trial: Trial, app: UserApp): Promise<void> {
  const before = await liveRoutes(trial);
  const driver = await app.start(['run', 'v2']);
  await driver.expectExit(exitCodes.refused);
  for (const words of ['spec.hosts[1]', 'spec.http[second]: expected nothing'])
    if (!driver.lastWords.includes(words))
      throw new Error(`expected the difference with ${words}, found ${driver.lastWords}`);
  await expectUnwritten(trial, before);
  const deployments = await trial.kubectl.run('get', 'deployments', '--output', 'name');
  if (deployments.includes(deploymentOf('v2'))) throw new Error('expected no write before the refusal, found v2');
  trial.note('refused: live has a route that synth lacks');
}

async function holdAndAdopt(trial: Trial, app: UserApp): Promise<void> {
  const driver = await app.start(['run', 'v2']);
  await driver.until('pauses', waits('pause'));
  const edited = await sendAllToV1(trial);
  await driver.expectExit(exitCodes.held);
  await gatewaysSplit(trial.host, { v1: 100 });
  await (await app.start(['run', 'v2'])).expectExit(exitCodes.held);
  await expectUnwritten(trial, edited);
  trial.note('held: the weights are not those that were written, though the name is');

  const adopting = await app.start(['run', 'v2', '--adopt']);
  await adopting.until('pauses', waits('pause'));
  await gatewaysSplit(trial.host, { v1: 50, v2: 50 });
  await trial.kubectl.patchAsSomebody('destinationrule', 'demo', [edit]);
  await adopting.expectExit(exitCodes.held);
  if (!adopting.lastWords.includes('somebody changed the DestinationRule'))
    throw new Error(`expected the author's name, found ${adopting.lastWords}`);
  await (await app.start(['abort'])).expectExit(exitCodes.aborted);
  await gatewaysSplit(trial.host, { v1: 100 });
  await expectRuleEdited(trial);
  trial.note('held: the DestinationRule was edited; the abort kept that, and moved the weights');

  const last = await app.start(['run', 'v2']);
  await last.until('pauses', waits('pause'));
  await (await app.start(['promote'])).expectExit(exitCodes.completed);
  await last.expectExit(exitCodes.completed);
  await expectRuleEdited(trial);
}

/** Where no manifest has a field, so that it is no difference from what is to be released. */
const edit = { op: 'add', path: '/spec/exportTo', value: ['*'] } as const;

async function expectRuleEdited({ kubectl }: Trial): Promise<void> {
  const { spec } = await kubectl.get<{ spec: { exportTo?: readonly string[] } }>('destinationrule', 'demo');
  if (!isDeepStrictEqual(spec.exportTo, edit.value))
    throw new Error(`expected the edit of the DestinationRule to stay, found ${JSON.stringify(spec)}`);
}

/** Returns what is live by it. */
async function sendAllToV1(trial: Trial): Promise<LiveRoutes> {
  const { http } = (await liveRoutes(trial)).spec;
  const path = `/spec/http/${http.findIndex(({ name }) => isSplit(name))}/route`;
  const patch = [100, 0].map((value, index) => ({ op: 'replace' as const, path: `${path}/${index}/weight`, value }));
  await trial.kubectl.patchAsSomebody('virtualservice', 'demo', patch);
  return liveRoutes(trial);
}

async function expectUnwritten(trial: Trial, before: LiveRoutes): Promise<void> {
  const after = await liveRoutes(trial);
  if (after.metadata.resourceVersion === before.metadata.resourceVersion) return;
  throw new Error(`expected no write, found ${JSON.stringify(before)} become ${JSON.stringify(after)}`);
}
