/** The profile rolling-update as operators use it: one file, `handover apply`, and loads through the Service and the Ingress. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseFileInput } from '../../model';
import { access, accountKubeconfig } from './account';
import { Driver } from './driver';
import { evict } from './evict';
import { isLost } from '../load/outcome';
import type { Load } from './load';
import { rollingUpdate } from './release-text';
import type { Trial } from './trial';
import { waitUntil } from './wait-until';

export type Via = 'service' | 'ingress';

interface Service {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] };
}

export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const images = {
  v1: { image: 'localhost/handover-service:1.0.0' },
  v2: { image: 'localhost/handover-service:2.0.0' },
} as const;

export class RollingTrial {
  private readonly file: string;
  private readonly loads: Load[] = [];
  private account: Promise<string> | undefined;

  constructor(
    readonly trial: Trial,
    private readonly fields: Partial<ReleaseFileInput> = {},
  ) {
    const folder = join(trial.folder, 'operator');
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'release.yaml');
  }

  releaseText(name: string, version: object): string {
    const versions = { [name]: version } as ReleaseFileInput['versions'];
    return this.trial.release({
      ...rollingUpdate,
      ...this.fields,
      access,
      versions,
      weights: { [name]: 100 },
    });
  }

  /** Writes the file that asks for one version. */
  list(name: string, version: object): void {
    writeFileSync(this.file, this.releaseText(name, version));
  }

  /** Writes the file, and carries it out. */
  async apply(name: string, version: object, exitCode: number, ...args: readonly string[]): Promise<Driver> {
    this.list(name, version);
    return this.handover(exitCode, 'apply', ...args);
  }

  async handover(exitCode: number, ...args: readonly string[]): Promise<Driver> {
    const driver = await this.start(...args);
    await driver.expectExit(exitCode);
    this.trial.note(`handover ${args.join(' ')}: ${driver.lastWords.split('\n').at(-1)?.slice(0, 200)}`);
    return driver;
  }

  /** Without waiting for its end. */
  async start(...args: readonly string[]): Promise<Driver> {
    const kubeconfig = await this.install();
    const driver = new Driver({ args, file: this.file, kubeconfig });
    this.trial.atEnd(() => driver.kill());
    return driver;
  }

  /** The namespace and the account of the driver; the file has to be there. Returns the path of its kubeconfig. */
  install(): Promise<string> {
    return (this.account ??= this.grantAccess());
  }

  async startLoad(via: Via, load: string, wish: Omit<Parameters<Trial['startLoad']>[0], 'load'>): Promise<Load> {
    const address = via === 'service' ? { address: await this.serviceAddress() } : {};
    const started = await this.trial.startLoad({ ...wish, ...address, load: `${load}, ${via}` });
    this.loads.push(started);
    return started;
  }

  async finishLoads() {
    return this.trial.finish(...this.loads);
  }

  /** Which versions answered, in all requests that were not lost. */
  answeredBy(): string[] {
    const answered = this.loads.flatMap((load) => load.outcomes()).filter((outcome) => !isLost(outcome));
    return [...new Set(answered.map(({ version }) => version ?? 'none'))].sort();
  }

  /** The Ingress reaches gateways a moment after the API server. */
  async untilReachable(): Promise<void> {
    const load = await this.trial.startLoad({ load: 'warm-up', path: '/ping', ratePerSecond: 5, connections: 'new' });
    const answers = () => load.progress.ended - load.progress.lost;
    await waitUntil('the Ingress is served', () => answers() >= 5 || `${answers()} answers`, { limitSeconds: 60 });
    await load.finish();
  }

  async pods(): Promise<Pod[]> {
    return (await this.trial.kubectl.get<{ items: Pod[] }>('pods', '--selector', 'app=demo')).items;
  }

  /** Exactly so many, all of them ready, and none that is ending. */
  async untilReady(count: number, limitSeconds: number): Promise<void> {
    await waitUntil(
      `${count} pods are ready, and no other is there`,
      async () => {
        const pods = await this.pods();
        const ready = pods.filter(isReady).length;
        return (ready === count && pods.length === count) || `${ready} ready of ${pods.length}`;
      },
      { limitSeconds, everyMs: 500 },
    );
    this.trial.note(`${count} pods are ready`);
  }

  evict(pod: string): Promise<'evicted' | 'refused'> {
    return evict(this.trial.namespace, pod);
  }

  /** The two things that an administrator applies: all others are the driver's own to create. */
  private async grantAccess(): Promise<string> {
    const { trial } = this;
    const manifests = await trial.synth(readFileSync(this.file, 'utf8'));
    for (const chart of ['0000-namespace', '0002-access'])
      await trial.kubectl.applyFolder(join(manifests, `${chart}.k8s.yaml`));
    return accountKubeconfig(trial);
  }

  private async serviceAddress(): Promise<string> {
    const { spec } = await this.trial.kubectl.get<Service>('service', 'demo');
    return `${spec.clusterIP}:${spec.ports[0]?.port}`;
  }
}

export function isReady({ metadata, status }: Pod): boolean {
  const isTrue = status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');
  return metadata.deletionTimestamp === undefined && isTrue === true;
}
