/** Another VirtualService for the host, older than ours, takes every request: our route is at each gateway, and not in effect. */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, type Manifest } from '../../model';
import { gatewaysHaveSubset, gatewaysSplit } from '../support/proxies';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { UserApp } from '../support/user-app';
import { expectNothingLost } from '../support/verdict';
import { deploymentOf, demo, hostOf, v1, v2 } from './two-versions';

const plan = { timings: { shutdownDelay: '5s', longestRequest: '5s', exitMargin: '3s' }, steps: [{ weight: 50 }] };
const single = <Build extends object>(build: Build) => ({ ...build, replicas: 1 });

export const driverShadowed: Scenario = {
  name: 'driver-shadowed',
  claim:
    'an older VirtualService that takes every request of the host holds a release, by its name; without it, none lost',
  limitSeconds: 240,
  async run(trial) {
    const app = new UserApp(trial);
    app.list({ ...plan, versions: { v1: single(v1) }, weights: { v1: 100 } });
    // Before ours: istiod sorts by age, in seconds.
    await trial.kubectl.run('create', 'namespace', trial.namespace);
    await trial.kubectl.apply([older(trial)]);
    await sleep(1_500);
    await app.install(deploymentOf('v1'));
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', 1);
    app.list({ ...plan, versions: { v1: single(v1), v2: single(v2) }, weights: { v1: 100 } });
    const load = await trial.startLoad({ load: 'demo, 40 qps', ...demo, ratePerSecond: 40 });
    await load.untilEnded(20, 30);

    const driver = await app.start(['run', 'v2', '--timeout', '15']);
    await driver.expectExit(exitCodes['timed-out']);
    const name = `virtual-service ${trial.namespace}/old (route everything)`;
    if (!driver.lastWords.includes(name)) throw new Error(`expected ${name}, found ${driver.lastWords}`);
    trial.note(`timed out: every request goes by ${name}`);
    await trial.kubectl.run('delete', 'virtualservice', 'old');
    await (await app.start(['run', 'v2'])).expectExit(exitCodes.completed);
    await gatewaysSplit(trial.host, { v2: 100 });
    expectNothingLost(...(await trial.finish(load)));
    await app.expectLiveEqualsManifests();
  },
};

function older({ namespace, host }: Trial): Manifest {
  const destination = { host: hostOf(namespace), subset: 'v1', port: { number: 8080 } };
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'old', namespace },
    spec: { hosts: [host], gateways: ['demo'], http: [{ name: 'everything', route: [{ destination }] }] },
  };
}
