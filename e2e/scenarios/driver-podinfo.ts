/** A program that nobody here wrote, from the YAML that its authors publish: the example, on this cluster's images. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitCodes, serviceHost } from '../../model';
import { access, accountKubeconfig, revokeAtEnd } from '../support/account';
import { startDriver } from '../support/driver';
import { gatewaysHaveSubset } from '../support/proxies';
import { editRelease } from '../support/release-text';
import type { Scenario } from '../support/scenario';
import type { Trial } from '../support/trial';
import { expectNothingLost } from '../support/verdict';

/** Built by e2e/cluster/build-podinfo. One image under three tags. */
const imageOf = (version: string) => `localhost/podinfo:${version.slice(1)}`;
const timings = { shutdownDelay: '5s', longestRequest: '6s', exitMargin: '3s' };
const steps = [{ weight: 10 }, { pause: '1s' }, { weight: 50 }];
/** Five seconds each, so about fifty are in flight when a version leaves. */
const slow = { path: '/delay/5', ratePerSecond: 10, connections: 80 } as const;
const quick = { path: '/version', ratePerSecond: 150, connections: 20 } as const;

export const driverPodinfo: Scenario = {
  name: 'driver-podinfo',
  claim: 'podinfo from its own YAML: v1 to v2 to v3 under load, drained by its sidecars; none lost',
  limitSeconds: 420,
  async run(trial) {
    const file = join(trial.folder, 'release.yaml');
    list(trial, file, 'v1');
    await install(trial, file);
    const loads = [
      await trial.startLoad({ load: `podinfo, ${quick.ratePerSecond} qps`, ...quick }),
      await trial.startLoad({ load: 'podinfo, five seconds each, 10 qps', ...slow }),
    ];
    await loads[0]?.untilEnded(300, 60);
    await release(trial, file, 'v1', 'v2');
    await release(trial, file, 'v2', 'v3');
    expectNothingLost(...(await trial.finish(...loads)));
  },
};

/** The first of the versions has all traffic. */
function list(trial: Trial, file: string, ...listed: readonly [string, ...string[]]): void {
  const versions = Object.fromEntries(listed.map((version) => [version, { image: imageOf(version) }]));
  const text = editRelease(readFileSync('examples/podinfo/release.yaml', 'utf8'), {
    namespace: trial.namespace,
    hosts: [trial.host],
    workload: resolve('examples/podinfo/k8s/podinfo.yaml'),
    access,
    versions,
    weights: { [listed[0]]: 100 },
    retries: { attempts: 0 },
    timings,
    steps,
  });
  writeFileSync(file, text);
}

async function install(trial: Trial, file: string): Promise<void> {
  const manifests = await trial.synth(readFileSync(file, 'utf8'));
  revokeAtEnd(trial, manifests);
  await trial.kubectl.applyFolder(manifests);
  await trial.kubectl.rolledOut('podinfo-v1');
  await gatewaysHaveSubset(serviceHost('podinfo', trial.namespace), 'v1', 2);
}

async function release(trial: Trial, file: string, from: string, to: string): Promise<void> {
  list(trial, file, from, to);
  const kubeconfig = await accountKubeconfig(trial, 'podinfo');
  const driver = startDriver(trial, { args: ['run', to], file, kubeconfig });
  await driver.expectExit(exitCodes.completed);
  const counted = driver.events.flatMap(({ message = '' }) => /in flight: (\d+) at its pods/.exec(message)?.[1] ?? []);
  const most = Math.max(0, ...counted.map(Number));
  trial.note(`${most} requests were in flight at the pods of ${from}, as their sidecars counted`);
  if (most === 0) throw new Error(`expected sidecars of ${from} to count requests in flight, found ${counted.join()}`);
  await expectAlone(trial, to);
}

/** Nothing of an earlier version is left. */
async function expectAlone({ kubectl }: Trial, version: string): Promise<void> {
  const kinds = 'deployments,horizontalpodautoscalers';
  const left = (await kubectl.run('get', kinds, '--output', 'name')).trim().split('\n').sort();
  const wanted = [`deployment.apps/podinfo-${version}`, `horizontalpodautoscaler.autoscaling/podinfo-${version}`];
  if (left.join() !== wanted.join()) throw new Error(`expected ${wanted.join()}, found ${left.join()}`);
}
