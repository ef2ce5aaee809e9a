/** A release as operators do it: v1 is live under load, v2 is in the file, and the driver has only the rights of its account. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseFileInput } from '../../model';
import { deploymentOf, demo, hostOf, longTasks, podsPerVersion, v1, v2 } from '../scenarios/two-versions';
import { access, accountKubeconfig, revokeAtEnd } from './account';
import { run } from './command';
import { startDriver, type Driver } from './driver';
import { isLost } from '../load/outcome';
import type { Summary } from '../load/tally';
import type { Load } from './load';
import { gatewaysHaveSubset, gatewaysSplit } from './proxies';
import type { Trial } from './trial';
import { expectNothingLost } from './verdict';

export class ReleaseTrial {
  readonly file: string;
  /** Of the driver's account. */
  kubeconfig = '';
  private loads: Load[] = [];
  private readonly fields: Partial<ReleaseFileInput>;

  constructor(
    readonly trial: Trial,
    fields: Partial<ReleaseFileInput> = {},
    rights: Partial<ReleaseFileInput['access']> = {},
  ) {
    this.fields = { access: { ...access, ...rights }, ...fields };
    const folder = join(trial.folder, 'operator');
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'release.yaml');
  }

  /** v1 is installed and serves; v2 is only in the file. */
  async install(): Promise<void> {
    const { trial } = this;
    await trial.kubectl.applyFolder(await this.prepare());
    await this.serves();
    await this.useAccount();
    this.listV2();
  }

  /** Returns the folder of manifests with v1 alone, of which nothing is applied yet. */
  async prepare(): Promise<string> {
    const { trial } = this;
    const manifests = await trial.synth(trial.release({ ...this.fields, versions: { v1 }, weights: { v1: 100 } }));
    revokeAtEnd(trial, manifests);
    return manifests;
  }

  /** Waits until v1 is installed and every gateway sends to it. */
  async serves(): Promise<void> {
    const { trial } = this;
    await trial.kubectl.rolledOut(deploymentOf('v1'));
    await gatewaysHaveSubset(hostOf(trial.namespace), 'v1', podsPerVersion);
    await gatewaysSplit(trial.host, { v1: 100 });
  }

  /** From now on the driver is the service's own account, which has to be there. */
  async useAccount(): Promise<void> {
    this.kubeconfig = await accountKubeconfig(this.trial);
  }

  /** Of the release file as it is now. Returns the folder of manifests. */
  synthesize(): Promise<string> {
    return this.trial.synth(readFileSync(this.file, 'utf8'));
  }

  /** Where the driver writes the manifests at the end of a release. */
  get written(): string {
    return join(this.file, '..', 'released');
  }

  /** Writes the file that asks for v2, whatever a release has made of it before. */
  listV2(
    v2Fields: Partial<typeof v2> & { env?: Record<string, string> } = {},
    changes: Partial<ReleaseFileInput> = {},
  ): void {
    const text = this.trial.release({
      ...this.fields,
      ...changes,
      versions: { v1, v2: { ...v2, ...v2Fields } },
      weights: { v1: 100 },
    });
    writeFileSync(this.file, text);
  }

  /** Both versions, all traffic on one of them. */
  listBoth(stable: string): void {
    const versions = { v1, v2 };
    writeFileSync(this.file, this.trial.release({ ...this.fields, versions, weights: { [stable]: 100 } }));
  }

  /**
   * A lower rate where the scenario itself starts programs all the time, beside which two processors cannot hold more.
   * HANDOVER_QPS asks a larger machine for another.
   */
  async startLoads(usualRatePerSecond: number = demo.ratePerSecond): Promise<void> {
    const { trial } = this;
    const ratePerSecond = Number(process.env['HANDOVER_QPS'] ?? usualRatePerSecond);
    this.loads = [
      await trial.startLoad({ load: `demo, ${ratePerSecond} qps, 50 connections`, ...demo, ratePerSecond }),
      await trial.startLoad({ load: 'long tasks, 10 qps', ...longTasks }),
    ];
    await this.loads[0]?.untilEnded(500, 30);
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}, kubeconfig = this.kubeconfig): Driver {
    return startDriver(this.trial, { args, file: this.file, kubeconfig, env });
  }

  async expectNothingLost(): Promise<void> {
    expectNothingLost(...(await this.finishLoads()));
  }

  finishLoads(): Promise<Summary[]> {
    return this.trial.finish(...this.loads);
  }

  /** What a faulty version answers wrongly is its own fault; anything else lost is the release's. */
  async expectOnlyLostBy(version: string): Promise<void> {
    await this.finishLoads();
    const lost = this.loads.flatMap((load) => load.outcomes()).filter(isLost);
    const others = lost.filter((outcome) => outcome.version !== version);
    this.trial.note(`${lost.length} answers of ${version} were wrong, ${others.length} others`);
    if (lost.length === 0) throw new Error(`expected ${version} to answer wrongly, and it did not`);
    if (others.length > 0)
      throw new Error(`expected only ${version} to fail, found ${JSON.stringify(others.slice(0, 5))}`);
  }

  /** Times are milliseconds since the epoch, of the end of a request. */
  async expectLostOnlyBetween(fromMs: number, untilMs: number): Promise<void> {
    await this.finishLoads();
    const lost = this.loads.flatMap((load) => load.outcomes()).filter(isLost);
    const others = lost.filter(({ endedMs }) => endedMs < fromMs || endedMs > untilMs);
    this.trial.note(`${lost.length} requests were lost in ${untilMs - fromMs} ms, ${others.length} at other times`);
    if (others.length > 0) throw new Error(`expected no other loss, found ${JSON.stringify(others.slice(0, 5))}`);
  }

  get requestsLost(): number {
    return this.loads.reduce((sum, load) => sum + load.progress.lost, 0);
  }

  /** Live state, the release file and the manifests, by default those that the driver wrote, are equal. */
  async expectLiveEqualsFiles(manifests = this.written): Promise<void> {
    const text = readFileSync(this.file, 'utf8');
    if (text.includes(v1.image)) throw new Error(`expected v1 to be gone from the release file, found:\n${text}`);
    await run('kubectl', ['diff', '--filename', manifests]).catch((error: unknown) => {
      throw new Error(`expected live and written manifests to be equal: ${String(error)}`);
    });
    const left = await this.trial.kubectl.run('get', 'deployments', '--output', 'name');
    if (left.trim() !== `deployment.apps/${deploymentOf('v2')}`) throw new Error(`expected only v2, found ${left}`);
  }

  /** A killed driver's lock would expire by itself: an operator who knows that it is dead need not wait. */
  async breakLock(): Promise<void> {
    await this.trial.kubectl.run('delete', 'lease', '--all', '--ignore-not-found');
  }
}
