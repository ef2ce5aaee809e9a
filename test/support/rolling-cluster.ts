/**
 * A cluster in memory for tests: a Deployment controller that surges by one pod and never goes below the wanted number, in
 * virtual time. It fails in the ways that a real one fails: pods that do not come up, a quota, a controller that sleeps.
 */
import { contentHash } from '../../charts';
import { leastPods, type Release, type Version } from '../../model';
import type { Clock } from '../../driver/core/clock';
import type { LockResult } from '../../driver/core/lock';
import type { NamespacedName } from '../../driver/core/namespaced-name';
import type { Outcome } from '../../driver/core/outcome';
import type { Trouble } from '../../driver/core/trouble';
import type { RollingCluster } from '../../driver/rolling/cluster';
import type { Wanted } from '../../driver/rolling/wanted';
import type {
  ObservedDeployment,
  ObservedObject,
  ObservedReplicaSet,
  Observation,
} from '../../driver/rolling/observation';

export interface Faults {
  /** By image: its pods never become available, for this reason. */
  readonly broken?: Readonly<Record<string, Trouble>>;
  readonly replicaFailure?: string;
  readonly isControllerAsleep?: boolean;
  readonly hasMissedDeadline?: boolean;
  /** Old pods never end. */
  readonly neverEnds?: boolean;
}

interface Pod {
  readonly name: string;
  readonly availableAtMs: number;
  goneAtMs: number | undefined;
}

interface Template {
  readonly name: string;
  readonly version: Version;
  revision: number;
  pods: Pod[];
}

const startMs = 2_000;

export class SimulatedRolling implements RollingCluster, Clock {
  faults: Faults = {};
  readonly writes: string[] = [];
  /** Somebody else's changes, by the name of the object. */
  readonly meddled = new Set<string>();
  /** Available pods at the worst moment since the start of an update. */
  leastAvailable = Infinity;
  private atMs = 0;
  private templates: Template[] = [];
  private live: Release | undefined;
  private generation = 0;
  private observedGeneration = 0;
  private holder = '';
  private podCount = 0;

  nowMs(): number {
    return this.atMs;
  }

  sleep(ms: number): Promise<void> {
    const untilMs = this.atMs + ms;
    while (this.atMs < untilMs) {
      this.atMs = Math.min(untilMs, this.atMs + 100);
      this.controller();
    }
    return Promise.resolve();
  }

  observe({ release }: Wanted): Promise<Observation> {
    const { atMs } = this;
    const [version] = release.versions;
    const isInstalled = this.live !== undefined;
    const isSame = isInstalled && isSameBuild(this.newest?.version, version);
    const objects: ObservedObject[] = ['ConfigMap', 'Deployment'].map((kind) => ({
      name: `${kind}/${release.name}`,
      resourceVersion: isInstalled ? String(this.generation) : undefined,
      change: !isInstalled ? 'create' : isSame && !this.meddled.has(kind) ? 'none' : 'update',
      rolls: kind === 'Deployment' && !isSame,
    }));
    const done = objects.map((object) =>
      this.isWritten(object.name, version) ? { ...object, change: 'none' as const } : object,
    );
    return Promise.resolve({
      atMs,
      objects: done,
      deployment: this.deployment(),
      replicaSets: this.templates.map((template) => this.replicaSet(template)).sort((a, b) => b.revision - a.revision),
      strangers: [],
    });
  }

  write({ release }: Wanted, object: string): Promise<Outcome> {
    this.writes.push(object);
    if (object.startsWith('Deployment/')) this.roll(release, release.versions[0]);
    else this.configured = release.versions[0];
    return Promise.resolve('written');
  }

  returnTo(_: NamespacedName, replicaSet: string): Promise<Outcome> {
    this.writes.push(`return ${replicaSet}`);
    this.roll(this.installed, this.templates.find(({ name }) => name === replicaSet)?.version);
    return Promise.resolve('written');
  }

  lock(_: NamespacedName, holder: string): Promise<LockResult> {
    if (this.holder !== '' && this.holder !== holder)
      return Promise.resolve({ held: false, holder: this.holder, since: 'the beginning' });
    this.holder = holder;
    return Promise.resolve({ held: true });
  }

  unlock(): Promise<void> {
    this.holder = '';
    return Promise.resolve();
  }

  private configured: Version | undefined;

  private isWritten(name: string, version: Version | undefined): boolean {
    return name.startsWith('ConfigMap/') && !this.meddled.has('ConfigMap') && isSameBuild(this.configured, version);
  }

  private get installed(): Release {
    if (!this.live) throw new Error('expected an installed release, found none');
    return this.live;
  }

  private get newest(): Template | undefined {
    return [...this.templates].sort((a, b) => b.revision - a.revision)[0];
  }

  private roll(release: Release, version: Version | undefined): void {
    if (!version) throw new Error('expected a version, found none');
    this.live = release;
    this.generation += 1;
    const revision = Math.max(0, ...this.templates.map((template) => template.revision)) + 1;
    const known = this.templates.find((template) => isSameBuild(template.version, version));
    if (known) known.revision = revision;
    else this.templates.push({ name: `${release.name}-${version.name}`, version, revision, pods: [] });
  }

  /** One pass: at most one pod is started or ended, as with maxSurge 1 and maxUnavailable 0. */
  private controller(): void {
    for (const template of this.templates)
      template.pods = template.pods.filter(({ goneAtMs = Infinity }) => goneAtMs > this.atMs);
    const { newest } = this;
    if (!newest || this.faults.isControllerAsleep) return;
    this.observedGeneration = this.generation;
    this.replace(newest, this.templates.filter((template) => template !== newest).flatMap(living));
    const available = this.templates.flatMap((template) => this.availableOf(template)).length;
    if (this.generation > 1) this.leastAvailable = Math.min(this.leastAvailable, available);
  }

  private replace(newest: Template, old: readonly Pod[]): void {
    const { wanted } = this;
    const available = this.templates.flatMap((template) => this.availableOf(template));
    const idle = old.find((pod) => !available.includes(pod));
    const [oldest] = old;
    if (idle) return this.end(idle);
    if (oldest && available.length > wanted) return this.end(oldest);
    const hasRoom = living(newest).length < wanted && living(newest).length + old.length <= wanted;
    if (hasRoom && !this.faults.replicaFailure)
      newest.pods.push({ name: `pod-${++this.podCount}`, availableAtMs: this.comesUp(newest), goneAtMs: undefined });
  }

  private end(pod: Pod): void {
    const graceMs = (this.live?.timings.shutdownDelaySeconds ?? 0) * 1000;
    pod.goneAtMs = this.faults.neverEnds ? Infinity : this.atMs + graceMs;
  }

  private comesUp({ version }: Template): number {
    return this.faults.broken?.[version.image] ? Infinity : this.atMs + startMs;
  }

  private availableOf({ pods }: Template): Pod[] {
    return pods.filter(({ availableAtMs, goneAtMs }) => availableAtMs <= this.atMs && goneAtMs === undefined);
  }

  private get wanted(): number {
    const [version] = this.live?.versions ?? [];
    return this.live && version ? leastPods(this.live, version) : 0;
  }

  private deployment(): ObservedDeployment | undefined {
    if (!this.live) return undefined;
    return {
      resourceVersion: String(this.generation),
      isCurrent: this.observedGeneration === this.generation,
      wanted: this.wanted,
      updated: this.newest ? living(this.newest).length : 0,
      available: this.templates.flatMap((template) => this.availableOf(template)).length,
      total: this.templates.flatMap(living).length,
      isPaused: false,
      hasMissedDeadline: this.faults.hasMissedDeadline ?? false,
      maxUnavailable: '0',
      selector: { app: this.live.name },
      replicaFailure: this.faults.replicaFailure,
    };
  }

  private replicaSet(template: Template): ObservedReplicaSet {
    const { name, revision, version, pods } = template;
    const { shutdownDelaySeconds = 0, gracePeriodSeconds = 30 } = this.live?.timings ?? {};
    return {
      name,
      revision,
      version: version.name,
      image: version.image,
      contentHash: contentHash(version.env),
      isNewest: template === this.newest,
      available: this.availableOf(template).length,
      isConfigIntact: !this.meddled.has(`ConfigMap of ${version.name}`),
      preStopSeconds: shutdownDelaySeconds,
      gracePeriodSeconds,
      pods: pods.map((pod) => ({
        name: pod.name,
        isEnding: pod.goneAtMs !== undefined,
        trouble: pod.availableAtMs === Infinity ? this.faults.broken?.[version.image] : undefined,
      })),
    };
  }
}

function living({ pods }: Template): Pod[] {
  return pods.filter(({ goneAtMs }) => goneAtMs === undefined);
}

function isSameBuild(a: Version | undefined, b: Version | undefined): boolean {
  return a !== undefined && b !== undefined && a.image === b.image && a.name === b.name;
}
