/** A user's own cdk8s app adds what handover never heard of: each release carries it, and leaves the routes to their owner. */
import { exitCodes, fieldManager, type Manifest } from '../../model';
import { ofKind, readManifests, renderManifests } from '../support/manifests';
import { grantMonitors, installMonitors } from '../support/monitors';
import { run } from '../support/command';
import { gatewaysHaveSubset } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, demo, hostOf, podsPerVersion, v1, v2 } from './two-versions';

const builds = { v1, v2, v3: v1 };
const plan = {
  timings: { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' },
  steps: [{ weight: 50 }, { pause: '1s' }],
};

export const driverOwnApp: Scenario = {
  name: 'driver-own-app',
  claim:
    "v1 to v2 to v3 with a user's volume, containers, label and custom resource; Git applies the routes unforced; none lost",
  limitSeconds: 240,
  async run(trial) {
    const app = new UserApp(trial, 'add-to-versions');
    await installMonitors(trial);
    app.list({ ...plan, versions: { v1: builds.v1 }, weights: { v1: 100 } });
    await app.install(deploymentOf('v1'));
    await grantMonitors(trial, 'handover-demo');
    await expectCarried(trial, 'v1');
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', podsPerVersion);
    const load = await trial.startLoad({ load: 'demo, 80 qps', ...demo, ratePerSecond: 80 });
    await load.untilEnded(50, 30);
    await release(trial, app, 'v1', 'v2');
    await release(trial, app, 'v2', 'v3');
    await changeRoutes(trial, app);
    expectNothingLost(...(await trial.finish(load)));
  },
};

async function release(trial: Trial, app: UserApp, from: keyof typeof builds, to: keyof typeof builds) {
  app.list({ ...plan, versions: { [from]: builds[from], [to]: builds[to] }, weights: { [from]: 100 } });
  // The pods that run have read it. Those of the next version need it again.
  await trial.kubectl.run('delete', 'configmap', 'shared');
  await (await app.start(['run', to])).expectExit(exitCodes.completed);
  await expectCarried(trial, to);
  await app.expectLiveEqualsManifests();
  await expectOwnersApply(trial, readManifests(app.manifests()));
  trial.note(`${to} has what the user added, ${from} left nothing, and Git applies its routes without force`);
}

/** A run leaves routes alone, so it refuses; an apply makes the change, under load. */
async function changeRoutes(trial: Trial, app: UserApp): Promise<void> {
  app.editWith('add-to-versions', 'change-routes');
  app.list({ ...plan, versions: { v3: builds.v3, v2: builds.v2 }, weights: { v3: 100 } });
  const refused = await app.start(['run', 'v2']);
  await refused.expectExit(exitCodes.refused);
  if (!refused.lastWords.includes('x-changed'))
    throw new Error(`expected a refusal that names the change, found:\n${refused.lastWords}`);
  app.list({ ...plan, versions: { v3: builds.v3 }, weights: { v3: 100 } });
  await (await app.start(['apply'])).expectExit(exitCodes.completed);
  await app.expectLiveEqualsManifests('demo', await app.synthesize('changed'));
  trial.note('run refused changed routes, and apply made them');
}

interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly volumes: readonly { readonly name: string }[] };
  readonly status: Readonly<Record<'containerStatuses' | 'initContainerStatuses', readonly ContainerStatus[]>>;
}
interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
}

/** The init container compares the settings in the volume with its version, so a ready one has seen the right ones. */
async function expectCarried({ kubectl }: Trial, version: string): Promise<void> {
  const { items: pods } = await kubectl.get<{ items: Pod[] }>('pods', '--selector', `app=demo,version=${version}`);
  const missing = pods.map((pod) => added.filter((each) => !partsOf(pod).includes(each)));
  if (pods.length !== podsPerVersion || missing.some((each) => each.length > 0))
    throw new Error(
      `expected ${podsPerVersion} pods of ${version}, found ${pods.length} that lack ${missing.join('; ')}`,
    );
  await expectNames(kubectl.run('get', 'monitors', '--output', 'name'), `demo-${version}`);
  const selector = ['--selector', 'handover/version'];
  const configMaps = kubectl.run('get', 'configmaps', ...selector, '--output', 'name');
  await expectNames(configMaps, `demo-${version}`, `demo-${version}-settings`);
}

const added = ['label payments', 'volume settings', 'ready check-settings', 'ready companion', 'ready service'];

/** With what Istio injects. */
function partsOf({ metadata, spec, status }: Pod): string[] {
  const volumes = spec.volumes.map(({ name }) => `volume ${name}`);
  const ready = [...status.initContainerStatuses, ...status.containerStatuses].filter((each) => each.ready);
  return [`label ${metadata.labels['team']}`, ...volumes, ...ready.map(({ name }) => `ready ${name}`)];
}

async function expectNames(listed: Promise<string>, ...names: readonly string[]): Promise<void> {
  const found = (await listed).trim().split('\n');
  if (found.map((each) => each.split('/')[1]).join() === names.join()) return;
  throw new Error(`expected ${names.join(', ')} and no other, found ${found.join(', ') || 'none'}`);
}

/**
 * Server-side apply refuses to change what another manager owns. So it is asked to change the routes, which it would do, and
 * then applies them as the driver wrote them.
 */
async function expectOwnersApply(trial: Trial, manifests: readonly Manifest[]): Promise<void> {
  const traffic = ofKind(manifests, 'VirtualService', 'DestinationRule');
  await expectDisowned(trial);
  await applyAsOwner(traffic.map(changed), '--dry-run=server');
  await applyAsOwner(traffic);
}

async function applyAsOwner(manifests: readonly Manifest[], ...options: readonly string[]): Promise<void> {
  const args = ['apply', '--server-side', '--field-manager=gitops', ...options, '--filename', '-'];
  await run('kubectl', args, { input: renderManifests(manifests) });
}

/** In the two lists that a release edits, each of which has one owner as a whole. */
function changed(manifest: Manifest): Manifest {
  const spec = structuredClone(manifest['spec']) as { http?: Edited[]; subsets?: Edited[] };
  for (const route of spec.http ?? []) route.timeout = '9s';
  for (const subset of spec.subsets ?? []) subset.labels = { ...subset.labels, team: 'payments' };
  return { ...manifest, spec };
}
interface Edited {
  timeout?: string;
  labels?: Record<string, string>;
}

async function expectDisowned({ kubectl }: Trial): Promise<void> {
  const what = ['virtualservice/demo', 'destinationrule/demo', '--show-managed-fields'];
  const { items } = await kubectl.get<{ items: Owned[] }>(...what);
  const owned = items.filter(({ metadata }) => metadata.managedFields.some(({ manager }) => manager === fieldManager));
  if (items.length === 2 && owned.length === 0) return;
  throw new Error(`expected no fields of ${fieldManager}, found ${JSON.stringify(owned)}`);
}
interface Owned {
  readonly metadata: { readonly managedFields: readonly { readonly manager: string }[] };
}
