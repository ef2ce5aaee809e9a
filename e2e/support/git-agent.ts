/**
 * Plays an agent such as Argo CD: compares what a Git repository has with what is live every few seconds, applies what differs
 * (self-heal) by server-side apply under its own name, and deletes what it once applied and Git has no more (prune). Like Argo CD with
 * RespectIgnoreDifferences it leaves the fields that it ignores as they are.
 */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { run } from './command';
import { readManifests, renderManifests, type Manifest } from './manifests';
import type { Trial } from './trial';
import { waitUntil } from './wait-until';

export const agentName = 'argocd-controller';
/** Argo CD's mark of what it has applied; without it an object is never pruned. */
const tracking = 'argocd.argoproj.io/tracking-id';

/** What a release writes, by kind: fields of the spec that an agent beside a release leaves alone (docs/gitops.md). */
export const writtenByReleases: Ignored = {
  VirtualService: ['http'],
  DestinationRule: ['subsets'],
  HorizontalPodAutoscaler: ['minReplicas'],
};
type Ignored = Readonly<Record<string, readonly string[]>>;

export interface AgentChange {
  readonly what: 'created' | 'changed' | 'pruned';
  /** Kind/name */
  readonly object: string;
  /** Where the live object was not as in Git, such as spec.http. */
  readonly paths: readonly string[];
}

export class GitAgent {
  readonly changes: AgentChange[] = [];
  private readonly repository: string;
  private readonly kinds = new Set<string>();
  private readonly failures: string[] = [];
  private isSuspended = true;
  private rounds = 0;
  private working = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly trial: Trial,
    private readonly ignored: Ignored = {},
  ) {
    this.repository = join(trial.folder, 'repository');
    trial.atEnd(() => this.suspend());
  }

  /** The folder of manifests becomes the head of the branch that the agent applies. */
  async commit(manifests: string, message: string): Promise<void> {
    const isNew = !readdirSync(this.trial.folder).includes('repository');
    mkdirSync(this.repository, { recursive: true });
    if (isNew) await this.git('init', '--quiet', '--initial-branch', 'main');
    rmSync(join(this.repository, 'dist'), { recursive: true, force: true });
    cpSync(manifests, join(this.repository, 'dist'), { recursive: true });
    await this.git('add', '--all');
    await this.git('-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com', 'commit', '--quiet', '-m', message);
    this.trial.note(`Git: ${message}`);
  }

  resume(everyMs = 3_000): void {
    this.isSuspended = false;
    const next = () => {
      if (this.isSuspended) return;
      this.working = this.round().finally(() => (this.timer = setTimeout(next, everyMs)));
    };
    next();
  }

  /** Resolves when a round that is under way is over. */
  async suspend(): Promise<void> {
    this.isSuspended = true;
    await this.working;
    clearTimeout(this.timer);
  }

  /** Until two whole rounds from now on have found nothing to do. */
  async untilSynced(limitSeconds = 60): Promise<void> {
    let [changes, rounds] = [this.changes.length, this.rounds];
    const isSynced = () => {
      if (this.changes.length > changes) [changes, rounds] = [this.changes.length, this.rounds];
      const found = this.failures.at(-1) ?? `${JSON.stringify(this.changes.at(-1))} in round ${this.rounds}`;
      return this.rounds >= rounds + 3 || found;
    };
    await waitUntil('the agent has nothing to do', isSynced, { limitSeconds });
  }

  private git(...args: readonly string[]): Promise<string> {
    return run('git', ['-C', this.repository, ...args]);
  }

  /** What fails, such as a write that came in between, is tried again in the next round, as agents do. */
  private async round(): Promise<void> {
    try {
      await this.sync();
      this.rounds += 1;
    } catch (error) {
      this.failures.push(String(error));
      this.trial.note(`agent: ${String(error).slice(0, 200)}`);
    }
  }

  private async sync(): Promise<void> {
    const wanted = (await this.head()).map((manifest) => this.tracked(manifest));
    for (const { kind } of wanted) this.kinds.add(kind.toLowerCase());
    const live = await this.list();
    const targets = wanted.map((manifest) => this.withIgnored(manifest, find(live, manifest)));
    const outcomes = (await this.apply(targets, '--dry-run=server')) as Manifest[];
    const different = targets.filter((target) => {
      const [before, after] = [find(live, target), find(outcomes, target)];
      return !isMoved(before, after) && !isSame(before, after);
    });
    if (different.length > 0) await this.apply(different);
    for (const target of different) this.tell(find(live, target), find(outcomes, target) ?? target);
    await this.prune(live.filter((object) => isTracked(object) && !find(wanted, object)));
  }

  /** Rights and the namespace are an administrator's. */
  private async head(): Promise<Manifest[]> {
    const checkout = join(this.trial.folder, 'checkout');
    rmSync(checkout, { recursive: true, force: true });
    await run('git', ['clone', '--quiet', this.repository, checkout]);
    const all = readManifests(join(checkout, 'dist'));
    return all.filter(({ kind, metadata }) => metadata.namespace === this.trial.namespace && !kind.startsWith('Role'));
  }

  private tracked(manifest: Manifest): Manifest {
    const { name, annotations = {} } = manifest.metadata;
    const id = `demo:${manifest.apiVersion.split('/')[0]}/${manifest.kind}:${this.trial.namespace}/${name}`;
    return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...annotations, [tracking]: id } } };
  }

  private withIgnored(manifest: Manifest, live: Manifest | undefined): Manifest {
    const fields = live ? (this.ignored[manifest.kind] ?? []) : [];
    const kept = Object.fromEntries(fields.map((field) => [field, (live?.spec as Record<string, unknown>)[field]]));
    return fields.length === 0 ? manifest : { ...manifest, spec: { ...manifest.spec, ...kept } };
  }

  private async list(): Promise<Manifest[]> {
    return (await this.trial.kubectl.get<{ items: Manifest[] }>([...this.kinds].join())).items;
  }

  private async apply(manifests: readonly Manifest[], ...options: readonly string[]): Promise<unknown> {
    const args = ['apply', '--server-side', '--force-conflicts', '--field-manager', agentName, '--output', 'json'];
    const input = renderManifests(manifests);
    const printed = JSON.parse(await run('kubectl', [...args, ...options, '--filename', '-'], { input })) as Printed;
    return 'items' in printed ? printed.items : [printed];
  }

  /** As Argo CD does: what an object owns goes first. */
  private async prune(objects: readonly Manifest[]): Promise<void> {
    for (const { kind, metadata } of objects) {
      if (metadata['deletionTimestamp']) continue;
      await this.trial.kubectl.run('delete', kind.toLowerCase(), metadata.name, '--cascade=foreground', '--wait=false');
      this.note({ what: 'pruned', object: `${kind}/${metadata.name}`, paths: [] });
    }
  }

  private tell(before: Manifest | undefined, after: Manifest): void {
    const object = `${after.kind}/${after.metadata.name}`;
    if (!before) return this.note({ what: 'created', object, paths: [] });
    this.note({ what: 'changed', object, paths: differences(essence(before), essence(after)) });
  }

  private note(change: AgentChange): void {
    this.changes.push(change);
    this.trial.note(`agent: ${change.what} ${change.object} ${change.paths.join(', ')}`.trimEnd());
  }
}

type Printed = { readonly items: Manifest[] } | Manifest;

function isTracked({ metadata }: Manifest): boolean {
  return metadata.annotations?.[tracking] !== undefined;
}

function find(objects: readonly Manifest[], { kind, metadata }: Manifest): Manifest | undefined {
  return objects.find((object) => object.kind === kind && object.metadata.name === metadata.name);
}

/** Somebody wrote between the two readings: what differs is theirs. Argo CD compares within one reading, and looks again. */
function isMoved(live: Manifest | undefined, outcome: Manifest | undefined): boolean {
  return live !== undefined && live.metadata['resourceVersion'] !== outcome?.metadata['resourceVersion'];
}

function isSame(live: Manifest | undefined, outcome: Manifest | undefined): boolean {
  return live !== undefined && outcome !== undefined && isDeepStrictEqual(essence(live), essence(outcome));
}

/** Without what every write changes. */
function essence({ metadata, status: _status, ...rest }: Manifest): object {
  const {
    managedFields: _fields,
    resourceVersion: _version,
    generation: _generation,
    ...others
  } = metadata as Record<string, unknown>;
  return { ...rest, metadata: others };
}

/** Paths down to the first field that differs, of objects; of lists as a whole. */
function differences(before: unknown, after: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [path];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => differences(before[name], after[name], path === '' ? name : `${path}.${name}`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isMark = ({ what, paths }: AgentChange) =>
  what === 'changed' && paths.every((path) => path === 'metadata.annotations' || path.endsWith(tracking));
