/** A program that nobody here wrote, released by YAML of its own. Its images are built by e2e/cluster/build-programs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, serviceHost, type ReleaseFileInput } from '../../model';
import { access, accountKubeconfig, revokeAtEnd } from './account';
import { startDriver, waits, type Driver } from './driver';
import { gatewaysHaveSubset } from './proxies';
import { editRelease } from './release-text';
import type { Trial } from './trial';

export interface Program {
  /** Of its Service. */
  readonly name: string;
  /** One under several tags. Left out, it is called as the Service. */
  readonly image?: string;
  /** The text of its release file, which the trial moves to its own namespace and host. */
  readonly release: string;
  /** The text of its YAML. */
  readonly workload: string;
  /** Of the first version. */
  readonly pods: number;
}

export class ProgramTrial {
  readonly file: string;

  private readonly workload: string;

  /** `fields` differ from the program's own release file. */
  constructor(
    private readonly trial: Trial,
    private readonly program: Program,
    private readonly fields: Partial<ReleaseFileInput> = {},
  ) {
    this.file = join(trial.folder, 'release.yaml');
    this.workload = join(trial.folder, `${program.name}.yaml`);
    writeFileSync(this.workload, program.workload);
  }

  /** The first of the versions has all traffic. */
  private list(listed: readonly [string, ...string[]], changes: Partial<ReleaseFileInput> = {}): string {
    const { name, image = name, release } = this.program;
    const imageOf = (version: string) => `localhost/${image}:${version.slice(1)}`;
    const versions = Object.fromEntries(listed.map((version) => [version, { image: imageOf(version) }]));
    const text = editRelease(release, {
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
    const { name, pods } = this.program;
    const manifests = await trial.synth(this.list(['v1']));
    revokeAtEnd(trial, manifests);
    await trial.kubectl.applyFolder(manifests);
    await trial.kubectl.rolledOut(`${name}-v1`);
    await gatewaysHaveSubset(serviceHost(name, trial.namespace), 'v1', pods);
  }

  /** Of a release that the caller follows: to its end, or to what happens on the way. */
  async start(from: string, to: string, changes: Partial<ReleaseFileInput> = {}): Promise<Driver> {
    this.list([from, to], changes);
    return this.drive('run', to);
  }

  async drive(...args: readonly string[]): Promise<Driver> {
    const kubeconfig = await accountKubeconfig(this.trial, this.program.name);
    return startDriver(this.trial, { args, file: this.file, kubeconfig });
  }

  /** Returns the most requests that the driver said to be in flight at the pods of `from`. */
  async release(from: string, to: string): Promise<number> {
    const driver = await this.start(from, to);
    await driver.expectExit(exitCodes.completed);
    await this.expectAlone(to);
    return mostInFlight(driver);
  }

  /** Stops at the pause, then all traffic goes back, by an abort from another shell. */
  async releaseAndAbort(from: string, to: string): Promise<void> {
    const driver = await this.start(from, to, { steps: [{ weight: 50 }, { pause: 'until promoted' }] });
    await driver.until('pauses', waits('pause'));
    await (await this.drive('abort')).expectExit(exitCodes.aborted);
    await driver.expectExit(exitCodes.aborted);
  }

  /** Nothing of an earlier version is left: neither its Deployment nor what is tied to that. */
  async expectAlone(version: string): Promise<void> {
    const kinds = 'deployments,horizontalpodautoscalers,configmaps';
    const labels = `handover/service=${this.program.name},handover/version`;
    const listed = await this.trial.kubectl.run('get', kinds, '--selector', labels, '--output', 'name');
    const names = listed.split('\n').filter((name) => name !== '');
    const others = names.filter((name) => !name.endsWith(`-${version}`));
    const own = `deployment.apps/${this.program.name}-${version}`;
    if (others.length > 0 || !names.includes(own))
      throw new Error(`expected ${own} and what belongs to it alone, found ${names.join() || 'nothing'}`);
  }
}

export function mostInFlight(driver: Driver): number {
  const counted = driver.events.flatMap(({ message = '' }) => /in flight: (\d+) at its pods/.exec(message)?.[1] ?? []);
  return Math.max(0, ...counted.map(Number));
}
