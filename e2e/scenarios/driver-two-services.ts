/** Two services of one App in one namespace, each released by a driver of its own at the same time. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exitCodes, serviceHost, type Manifest } from '../../model';
import { waits } from '../support/driver';
import { gatewaysHaveSubset } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { expectNothingLost } from '../support/verdict';
import { demo, podsPerVersion, v1, v2 } from './two-versions';

const services = ['demo', 'shop'] as const;
type Service = (typeof services)[number];

export const driverTwoServices: Scenario = {
  name: 'driver-two-services',
  claim:
    'two services of one App, released at once by two drivers: each leaves the objects and files of the other alone',
  limitSeconds: 240,
  async run(trial) {
    const app = new UserApp(trial);
    services.forEach((service) => list(trial, app, service, { v1 }));
    await app.install('demo-v1', 'shop-v1');
    for (const service of services)
      await gatewaysHaveSubset(serviceHost(service, trial.namespace), 'v1', podsPerVersion);
    services.forEach((service) => list(trial, app, service, { v1, v2 }));
    const loads = await Promise.all(services.map((service) => startLoad(trial, service)));
    await Promise.all(loads.map((load) => load.untilEnded(50, 30)));

    const shop = await app.start(['run', 'v2'], 'shop');
    const demoDriver = await app.start(['run', 'v2'], 'demo');
    await shop.until('pauses', waits('pause'));
    await unlessChanged(trial, app, 'shop', () => demoDriver.expectExit(exitCodes.completed));
    await unlessChanged(trial, app, 'demo', async () => {
      await (await app.start(['promote'], 'shop')).expectExit(exitCodes.completed);
      await shop.expectExit(exitCodes.completed);
    });
    expectNothingLost(...(await trial.finish(...loads)));
    for (const service of services) await app.expectLiveEqualsManifests(service);
    await expectDeployments(trial);
  },
};

/** The shop stays in the middle of its release while the other is completed. */
const steps = {
  demo: [{ weight: 50 }, { pause: '2s' }],
  shop: [{ weight: 50 }, { pause: 'until promoted' as const }],
};
const timings = { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' };

const hostFor = (trial: Trial, service: Service) => `${service}.${trial.host}`;

function list(trial: Trial, app: UserApp, name: Service, versions: Record<string, typeof v1>): void {
  app.list({ name, hosts: [hostFor(trial, name)], versions, weights: { v1: 100 }, timings, steps: steps[name] });
}

function startLoad(trial: Trial, service: Service) {
  const headers = { host: hostFor(trial, service) };
  return trial.startLoad({ load: `${service}, 50 qps`, ...demo, ratePerSecond: 50, headers });
}

/** Carries out the work, and throws if an object or a file of the service is another one afterwards. */
async function unlessChanged(trial: Trial, app: UserApp, service: Service, work: () => Promise<unknown>) {
  const before = await stateOf(trial, app, service);
  await work();
  const after = await stateOf(trial, app, service);
  if (before === after) return trial.note(`${service} is as it was while the other was released`);
  throw new Error(`expected ${service} to stay\n${before}\nfound\n${after}`);
}

/** Without what controllers tell of the objects: their status, and of a Deployment its resourceVersion. */
async function stateOf({ kubectl }: Trial, app: UserApp, service: Service): Promise<string> {
  const kinds = 'virtualservices,destinationrules,gateways,services,deployments,configmaps,poddisruptionbudgets';
  const found = await kubectl.get<{ items: Manifest[] }>(kinds, '--selector', `handover/service=${service}`);
  const objects = found.items.map(({ kind, metadata, ...fields }) =>
    JSON.stringify({ kind, metadata: named(metadata), ...fields, status: undefined }),
  );
  const folder = dirname(app.releaseFile(service));
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return [...objects, ...paths.sort().map((path) => `${path}: ${readFileSync(join(folder, path), 'utf8')}`)].join('\n');
}

function named({ name, labels, ...metadata }: Manifest['metadata']) {
  const { uid, annotations } = metadata as { uid?: string; annotations?: Record<string, string> };
  return { name, uid, labels, annotations };
}

async function expectDeployments({ kubectl }: Trial): Promise<void> {
  const found = (await kubectl.run('get', 'deployments', '--output', 'name')).trim().split('\n');
  if (found.join() === 'deployment.apps/demo-v2,deployment.apps/shop-v2') return;
  throw new Error(`expected demo-v2 and shop-v2 alone, found ${found.join(', ')}`);
}
