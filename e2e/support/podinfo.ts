/** podinfo, a program that nobody here wrote, released by its own YAML. Its image is built by e2e/cluster/build-programs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, serviceHost, type ReleaseFileInput } from '../../model';
import { access, accountKubeconfig, revokeAtEnd } from './account';
import { startDriver, waits } from './driver';
import { gatewaysHaveSubset } from './proxies';
import { editRelease } from './release-text';
import type { Trial } from './trial';

/** One image under three tags. */
const imageOf = (version: string) => `localhost/podinfo:${version.slice(1)}`;

export class PodinfoTrial {
  private readonly file: string;

  private readonly workload: string;

  /** `fields` differ from the example's release file; `edited` changes its own YAML. */
  constructor(
    private readonly trial: Trial,
    private readonly fields: Partial<ReleaseFileInput>,
    edited: (yaml: string) => string = (yaml) => yaml,
  ) {
    this.file = join(trial.folder, 'release.yaml');
    this.workload = join(trial.folder, 'podinfo.yaml');
    writeFileSync(this.workload, edited(readFileSync('examples/podinfo/k8s/podinfo.yaml', 'utf8')));
  }

  /** The first of the versions has all traffic. */
  private list(listed: readonly [string, ...string[]], changes: Partial<ReleaseFileInput> = {}): string {
    const versions = Object.fromEntries(listed.map((version) => [version, { image: imageOf(version) }]));
    const text = editRelease(readFileSync('examples/podinfo/release.yaml', 'utf8'), {
      namespace: this.trial.namespace,
      hosts: [this.trial.host],
      workload: this.workload,
      access,
      versions,
      weights: { [listed[0]]: 100 },
      timings: { shutdownDelay: '5s', longestRequest: '6s', exitMargin: '3s' },
      steps: [{ weight: 10 }, { pause: '1s' }, { weight: 50 }],
      ...this.fields,
      ...changes,
    });
    writeFileSync(this.file, text);
    return text;
  }

  async install(): Promise<void> {
    const { trial } = this;
    const manifests = await trial.synth(this.list(['v1']));
    revokeAtEnd(trial, manifests);
    await trial.kubectl.applyFolder(manifests);
    await trial.kubectl.rolledOut('podinfo-v1');
    await gatewaysHaveSubset(serviceHost('podinfo', trial.namespace), 'v1', 2);
  }

  /** Returns the most requests that the driver said to be in flight at the pods of `from`. */
  async release(from: string, to: string): Promise<number> {
    this.list([from, to]);
    const kubeconfig = await accountKubeconfig(this.trial, 'podinfo');
    const driver = startDriver(this.trial, { args: ['run', to], file: this.file, kubeconfig });
    await driver.expectExit(exitCodes.completed);
    await this.expectAlone(to);
    const counted = driver.events.flatMap(
      ({ message = '' }) => /in flight: (\d+) at its pods/.exec(message)?.[1] ?? [],
    );
    return Math.max(0, ...counted.map(Number));
  }

  /** Stops at the pause, then all traffic goes back, by an abort from another shell. */
  async releaseAndAbort(from: string, to: string): Promise<void> {
    this.list([from, to], { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    const kubeconfig = await accountKubeconfig(this.trial, 'podinfo');
    const driver = startDriver(this.trial, { args: ['run', to], file: this.file, kubeconfig });
    await driver.until('pauses', waits('pause'));
    const abort = startDriver(this.trial, { args: ['abort'], file: this.file, kubeconfig });
    await abort.expectExit(exitCodes.aborted);
    await driver.expectExit(exitCodes.aborted);
  }

  /** Nothing of an earlier version is left. */
  private async expectAlone(version: string): Promise<void> {
    const kinds = 'deployments,horizontalpodautoscalers';
    const left = (await this.trial.kubectl.run('get', kinds, '--output', 'name')).trim().split('\n').sort();
    const wanted = [`deployment.apps/podinfo-${version}`, `horizontalpodautoscaler.autoscaling/podinfo-${version}`];
    if (left.join() !== wanted.join()) throw new Error(`expected ${wanted.join()}, found ${left.join()}`);
  }
}
