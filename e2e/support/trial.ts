/** What one scenario has to work with: a namespace and a host of its own, the gateways' address, loads, and a folder. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadOptions } from '../load/run-load';
import type { Counts, Summary } from '../load/tally';
import type { ReleaseFileInput } from '../../model';
import { startFortio, type FortioOptions, type FortioSummary } from './fortio';
import { gatewayAddress } from './gateway';
import { Kubectl } from './kubectl';
import { Load } from './load';
import { editRelease, shippedRelease } from './release-text';
import { synth } from './synth';

/** A line of the closing table. */
export interface Count {
  readonly load: string;
  readonly requests: number;
  readonly lost: number;
  readonly byCause: Counts;
  /** Of our own loads: the rest of the requests, for which no connection was free. */
  readonly pace?: { readonly unsent: number };
}

type LoadWish = Pick<LoadOptions, 'load' | 'ratePerSecond' | 'connections' | 'upload' | 'tls'> & {
  readonly path: string;
  /** The load ends by itself after this, whatever the scenario does. */
  readonly maxSeconds?: number;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** HOST:PORT; left out, the gateways, at the port for HTTPS with `tls`. */
  readonly address?: string;
};

export class Trial {
  readonly namespace: string;
  readonly host: string;
  readonly folder: string;
  readonly kubectl: Kubectl;
  readonly counts: Count[] = [];
  private readonly loads: Load[] = [];
  private readonly endings: (() => unknown)[] = [];
  private syntheses = 0;

  constructor(
    readonly scenario: string,
    readonly note: (text: string) => void,
  ) {
    // Never the name of an earlier run, whose namespace may still be on its way out.
    this.namespace = `e2e-${scenario.replaceAll('.', '-')}-${randomBytes(3).toString('hex')}`;
    this.host = `${this.namespace}.example.com`;
    this.folder = mkdtempSync(join(tmpdir(), `${this.namespace}-`));
    this.kubectl = new Kubectl(this.namespace);
  }

  /** The shipped release file, moved to this scenario's namespace and host. */
  release(changes: Partial<ReleaseFileInput> = {}): string {
    return editRelease(shippedRelease(), { namespace: this.namespace, hosts: [this.host], ...changes });
  }

  /** Returns the folder of manifests. */
  synth(releaseText: string): Promise<string> {
    this.syntheses += 1;
    return synth(releaseText, join(this.folder, `synth-${this.syntheses}`));
  }

  /** Synthesizes and applies, as an operator does after an edit. */
  async applyRelease(releaseText: string): Promise<void> {
    await this.kubectl.applyFolder(await this.synth(releaseText));
  }

  async startLoad({ path, maxSeconds = 300, timeoutMs = 30_000, headers = {}, ...wish }: LoadWish): Promise<Load> {
    const { address = await gatewayAddress(wish.tls ? 'https' : 'http'), ...options } = wish;
    const folder = join(this.folder, 'outcomes');
    mkdirSync(folder, { recursive: true });
    const load = new Load({
      ...options,
      scenario: this.scenario,
      url: `${wish.tls ? 'https' : 'http'}://${address}${path}`,
      headers: { host: this.host, ...headers },
      maxRequests: options.ratePerSecond * maxSeconds,
      timeoutMs,
      outcomesFile: join(folder, `${options.load.replaceAll(/\W+/g, '-')}.jsonl`),
    });
    this.loads.push(load);
    return load;
  }

  /** Ends loads together, so that each covers all that happened, and records their counts. */
  async finish(...loads: readonly Pick<Load, 'finish'>[]): Promise<Summary[]> {
    const summaries = await Promise.all(loads.map((load) => load.finish()));
    for (const summary of summaries) {
      this.counts.push(summary);
      this.note(
        `${summary.load}: ${summary.requests} requests, ${summary.lost} lost ${JSON.stringify(summary.byCause)}`,
      );
    }
    return summaries;
  }

  async startFortio(ratePerSecond: number, connections: number, path: string): Promise<() => Promise<FortioSummary>> {
    return this.countWithFortio('Fortio', {
      url: `http://${await gatewayAddress()}${path}`,
      ratePerSecond,
      connections,
    });
  }

  /** Calls through the gateways. */
  async startGrpc(
    ratePerSecond: number,
    connections: number,
    grpc: FortioOptions['grpc'],
  ): Promise<() => Promise<FortioSummary>> {
    const rate = { url: await gatewayAddress(), ratePerSecond, connections };
    return this.countWithFortio(`gRPC, ${ratePerSecond} calls per second`, { ...rate, grpc });
  }

  private countWithFortio(load: string, options: Omit<FortioOptions, 'host' | 'maxSeconds' | 'resultFile'>) {
    const resultFile = join(this.folder, 'fortio.json');
    const fortio = startFortio({ ...options, host: this.host, maxSeconds: 300, resultFile });
    this.atEnd(fortio.kill);
    return async () => {
      const summary = await fortio.finish();
      this.counts.push({ load, ...summary });
      this.note(`${load}: ${summary.requests} requests, ${summary.lost} lost`);
      return summary;
    };
  }

  /** Carried out when the scenario is over, however it ends; a promise is waited for. */
  atEnd(end: () => unknown): void {
    this.endings.push(end);
  }

  /** Ends what still runs, and lets the namespace go without waiting for it. */
  async close(): Promise<void> {
    for (const load of this.loads) load.kill();
    await Promise.allSettled(this.endings.map((end) => end()));
    await this.kubectl.run('delete', 'namespace', this.namespace, '--ignore-not-found', '--wait=false');
  }
}
