/** The driver as a pipeline starts it inside the cluster, by the commands of docs/access.md, and what its pods said. */
import { mustEvict } from './evict';
import type { Kubectl } from './kubectl';
import { processOf } from './pod-process';
import { waitUntil } from './wait-until';

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly exitCode: number } } }[];
  };
}

interface JobStatus {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export class DriverJob {
  constructor(
    private readonly kubectl: Kubectl,
    private readonly name: string,
  ) {}

  async start(releaseFile: string, manifests: string, version: string): Promise<void> {
    const { kubectl, name } = this;
    const files = [`--from-file=release.yaml=${releaseFile}`, `--from-file=${manifests}`];
    const contents = [...files, `--from-literal=version=${version}`];
    await kubectl.run('create', 'configmap', 'handover-demo', ...contents);
    await kubectl.run('create', 'job', name, '--from=cronjob/handover-demo');
  }

  /** The pod that works now has said all of these words in one line of its log. */
  async untilSaid(...words: readonly string[]): Promise<void> {
    const what = `the Job says ${words.join(' ')}`;
    const look = async () => {
      const pod = await this.running();
      if (!pod) return 'no pod is running';
      const lines = (await this.kubectl.run('logs', pod)).split('\n');
      return lines.some((line) => words.every((word) => line.includes(word))) || (lines.at(-2) ?? '').slice(0, 300);
    };
    await waitUntil(what, look, { limitSeconds: 60, everyMs: 500 });
  }

  async untilComplete(limitSeconds: number): Promise<void> {
    const look = async () => {
      const { status } = await this.kubectl.get<JobStatus>('job', this.name);
      const conditions = (status.conditions ?? []).filter((condition) => condition.status === 'True');
      if (conditions.some(({ type }) => type === 'Failed')) throw new Error(`it failed:\n${await this.log()}`);
      return conditions.some(({ type }) => type === 'Complete') || 'it works';
    };
    await waitUntil('the Job is complete', look, { limitSeconds, everyMs: 1_000 });
  }

  /** As an operator does who wants to steer a release, in the pod that carries it out. */
  async exec(...command: readonly string[]): Promise<string> {
    return this.kubectl.run('exec', await this.worker(), '--', ...command);
  }

  async evict(): Promise<void> {
    const name = await this.worker();
    await mustEvict(this.kubectl.namespace, name);
    await this.untilAnother(name);
  }

  async kill(): Promise<void> {
    const name = await this.worker();
    process.kill(processOf(name, 'handover'), 'SIGKILL');
    await this.untilAnother(name);
  }

  /** Of all its pods. */
  log(): Promise<string> {
    return this.kubectl.run('logs', '--selector', this.selector, '--tail', '-1');
  }

  async exitCodes(): Promise<(number | undefined)[]> {
    const pods = await this.pods();
    return pods.map(({ status }) => status.containerStatuses?.[0]?.state.terminated?.exitCode);
  }

  private async untilAnother(earlier: string): Promise<void> {
    const look = async () => {
      const pod = await this.running();
      return (pod !== undefined && pod !== earlier) || `${pod ?? 'no pod'} is running`;
    };
    await waitUntil(`another pod than ${earlier} is running`, look, { limitSeconds: 60, everyMs: 500 });
  }

  private async worker(): Promise<string> {
    const pod = await this.running();
    if (pod === undefined) throw new Error(`expected a running pod of the Job ${this.name}, found none`);
    return pod;
  }

  private async running(): Promise<string | undefined> {
    return (await this.pods()).find(({ status }) => status.phase === 'Running')?.metadata.name;
  }

  private async pods(): Promise<Pod[]> {
    return (await this.kubectl.get<{ items: Pod[] }>('pods', '--selector', this.selector)).items;
  }

  private get selector(): string {
    return `batch.kubernetes.io/job-name=${this.name}`;
  }
}
