/** A person or a script at the API server. It waits for pods, as all tools do, and for proxies only by the clock. */
import { allTo, shareTo, type Release } from '../../../model';
import type { Action } from '../action';
import type { Cluster } from '../cluster';
import type { Clock } from '../../core/clock';
import { isRead, type Observation, type Proxy } from '../observation';

/** All traffic goes from one version to the other; the release lists at least the new one. */
export interface VersionChange {
  readonly release: Release;
  readonly from: string;
  readonly to: string;
}

/** What a script needs of a world. */
export interface ScriptedWorld {
  connect(): Cluster & Clock;
  readonly api: { repoint(subset: string, version: string): void };
}

/** The new version's weight from a moment on, in percent. */
export interface WeightAt {
  readonly atMs: number;
  readonly weight: number;
}

export class NaiveScript {
  readonly from: string;
  readonly to: string;
  private readonly release: Release;
  private readonly client: Cluster & Clock;
  /** As they were written. */
  readonly weights: WeightAt[] = [{ atMs: 0, weight: 0 }];
  private routes = 0;

  constructor(
    private readonly world: ScriptedWorld,
    change: VersionChange,
  ) {
    this.release = change.release;
    this.from = change.from;
    this.to = change.to;
    this.client = world.connect();
  }

  wait(seconds: number): Promise<void> {
    return this.client.sleep(seconds * 1000);
  }

  async addVersion(): Promise<void> {
    await this.write({ kind: 'add-version', version: this.to });
  }

  async addReadyVersion(): Promise<void> {
    await this.addVersion();
    await this.untilAvailable();
  }

  /** As `kubectl rollout status` does. Like that, it gives up after the progress deadline. */
  async untilAvailable(): Promise<void> {
    const deadlineMs = this.client.nowMs() + this.release.timings.progressDeadlineSeconds * 1000;
    while (this.client.nowMs() < deadlineMs) {
      const workload = (await this.look()).workloads[this.to];
      if (workload?.isCurrent && workload.available >= workload.desired) return;
      await this.wait(1);
    }
    throw new Error(`expected ${this.to} to become available within its progress deadline, and it did not`);
  }

  /** At every proxy and pod, for so long without a break; and no proxy routes to the old version. */
  async untilNothingIsCounted(seconds: number): Promise<void> {
    for (let quiet = 0; quiet < seconds;) {
      quiet = isCounted(await this.look(this.from), this.from) ? 0 : quiet + 1;
      await this.wait(1);
    }
  }

  subsets(...versions: string[]): Promise<void> {
    return this.write({ kind: 'write-subsets', versions });
  }

  /** A share of the traffic to the new version. */
  async route(weight: number): Promise<void> {
    const split = weight === 0 ? allTo(this.from) : shareTo(this.to, weight, this.from);
    const marker = `by-clock-${++this.routes}`;
    await this.write({ kind: 'write-route', split, headerVersions: [], probes: [], marker, record: undefined });
    this.weights.push({ atMs: this.client.nowMs(), weight });
  }

  /** The old version's subset keeps its name, and from now on selects the new version's pods. */
  relabel(): void {
    this.world.api.repoint(this.from, this.to);
  }

  removeOldVersion(): Promise<void> {
    return this.write({ kind: 'remove-version', version: this.from });
  }

  private async write(action: Action): Promise<void> {
    while ((await this.client.perform(this.release, action, await this.look())) === 'conflict');
  }

  private look(...inFlightOf: string[]): Promise<Observation> {
    return this.client.observe(this.release, { evidence: 'proxy', inFlightOf });
  }
}

function isCounted({ proxies, inFlight }: Observation, version: string): boolean {
  const isAt = (proxy: Proxy) =>
    !isRead(proxy) || proxy.namedVersions.includes(version) || (proxy.clusters[version]?.activeRequests ?? 0) > 0;
  return inFlight[version] !== 0 || proxies.some(isAt);
}
