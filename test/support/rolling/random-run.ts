/** Rolling updates in random worlds: who restarts the driver, who writes besides it, who scales, and what the clocks do. */
import fc from 'fast-check';
import { fieldsOf } from '../../../manifests';
import { Refusal } from '../../../model';
import { rollingFile, rollingIo } from '../rolling-io';
import { byHand } from './by-hand';
import type { Stored } from './memory-api';
import { RollingWorld } from './rolling-world';

export type Act = 'scale-up' | 'session' | 'label-selector' | 'note' | 'restart' | 'pause' | 'clock' | 'evict';
const acts: readonly Act[] = ['scale-up', 'session', 'label-selector', 'note', 'restart', 'pause', 'clock', 'evict'];

export type Order = 'apply' | 'apply-rollback' | 'rollback' | 'adopt' | 'adopt-rollback';

export interface Command {
  readonly order: Order;
  readonly version: string;
  /** Of the file. */
  readonly port: number;
  /** The process ends at this request, after it was carried out or before; the same command is given again. */
  readonly killAt: readonly { readonly request: number; readonly isBefore: boolean }[];
  /** A person stops it so long after its begin. */
  readonly stopAfterMs: number | undefined;
  /** The API server does not answer these requests. */
  readonly away: { readonly from: number; readonly count: number } | undefined;
  readonly acts: readonly { readonly act: Act; readonly afterMs: number }[];
  /** Another driver begins with the same command at the same time. */
  readonly isTwice: boolean;
}

export interface Run {
  readonly begin: 'empty' | 'installed' | 'by-hand' | 'by-hand-unnamed';
  readonly startMs: number;
  readonly broken: Readonly<Record<string, 'image' | 'probe'>>;
  readonly isAutoscaled: boolean;
  readonly commands: readonly Command[];
}

function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const command: fc.Arbitrary<Command> = fc.record({
  order: fc.constantFrom<Order>('apply', 'apply-rollback', 'rollback', 'adopt', 'adopt', 'adopt-rollback'),
  version: fc.constantFrom('v1', 'v2', 'v3'),
  port: fc.constantFrom(8080, 8080, 8080, 9090),
  killAt: fc.array(fc.record({ request: fc.integer({ min: 1, max: 400 }), isBefore: fc.boolean() }), { maxLength: 2 }),
  stopAfterMs: seldom(fc.integer({ min: 100, max: 30_000 })),
  away: seldom(fc.record({ from: fc.integer({ min: 20, max: 300 }), count: fc.integer({ min: 1, max: 20 }) })),
  acts: fc.array(fc.record({ act: fc.constantFrom(...acts), afterMs: fc.integer({ min: 0, max: 25_000 }) }), {
    maxLength: 2,
  }),
  isTwice: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 5),
});

export const runs: fc.Arbitrary<Run> = fc.record({
  begin: fc.constantFrom<Run['begin']>('installed', 'installed', 'empty', 'by-hand', 'by-hand-unnamed'),
  startMs: fc.integer({ min: 500, max: 8_000 }),
  broken: fc.constantFrom<Run['broken']>(
    {},
    {},
    { 'demo:v2': 'image' },
    { 'demo:v3': 'probe' },
    { 'demo:v2': 'image', 'demo:v3': 'image' },
  ),
  isAutoscaled: fc.boolean(),
  commands: fc.array(command, { minLength: 1, maxLength: 3 }),
});

export interface Result {
  readonly endings: readonly string[];
  /** What must never be. */
  readonly faults: readonly string[];
}

class Killed extends Error {}

/** What somebody wrote, and where it can be seen to be so still. */
interface Foreign {
  readonly act: Act;
  readonly isKept: (world: RollingWorld) => boolean;
}

/** Each command ends within this much time of the world: every wait has a limit. */
const longestMs = 3 * 3_600_000;
const mostRequests = 400_000;

export async function carriedOut(run: Run): Promise<Result> {
  const world = new RollingWorld();
  world.faults = { startMs: run.startMs };
  await begun(world, run);
  world.faults = { startMs: run.startMs, broken: run.broken };
  world.traffic.ports = 'all';
  const endings: string[] = [];
  const faults: string[] = [];
  const foreign: Foreign[] = [];
  for (const command of run.commands) {
    const given = new Trial(world, run, command, foreign);
    endings.push(...(await given.carryOut()));
    faults.push(...given.faults);
  }
  await world.sleep(30_000);
  const overwritten = foreign.filter(({ isKept }) => !isKept(world)).map(({ act }) => `overwritten: ${act}`);
  const lost = [...new Set(world.traffic.lost.map(({ because }) => `lost: ${because.replace(/pod-\d+/, 'a pod')}`))];
  return { endings, faults: [...faults, ...overwritten, ...lost] };
}

async function begun(world: RollingWorld, run: Run): Promise<void> {
  if (run.begin === 'installed') await rollingIo(world).handover(fileOf(run, 'v1', 8080), 'apply');
  if (run.begin === 'by-hand') world.install(...byHand({}));
  if (run.begin === 'by-hand-unnamed') world.install(...byHand({ port: { name: undefined } }));
  await world.sleep(20_000);
}

function fileOf({ isAutoscaled }: Run, version: string, port: number): string {
  const scaling = isAutoscaled ? { highTraffic: true, autoscaling: { minReplicas: 3, maxReplicas: 9 } } : {};
  return rollingFile(version, { ...scaling, port });
}

/** One command, with what happens to it and around it. */
class Trial {
  readonly faults: string[] = [];
  private requests = 0;
  private readonly stop: (() => void)[] = [];

  constructor(
    private readonly world: RollingWorld,
    private readonly run: Run,
    private readonly command: Command,
    private readonly foreign: Foreign[],
  ) {}

  async carryOut(): Promise<string[]> {
    const { world, command } = this;
    const beganMs = world.monotonicMs();
    const left = [...command.acts];
    world.meanwhile = () => {
      const passedMs = world.monotonicMs() - beganMs;
      while (left[0] && left[0].afterMs <= passedMs) this.act(left.shift()?.act ?? 'note');
      if (command.stopAfterMs !== undefined && passedMs >= command.stopAfterMs) this.stop.forEach((stop) => stop());
      if (passedMs > longestMs) throw new Error('the command does not end');
    };
    const twice = command.isTwice ? [this.process('second')] : [];
    const endings = await Promise.all([this.process('first', command.killAt), ...twice]);
    world.meanwhile = () => undefined;
    world.api.interrupt = () => undefined;
    return endings;
  }

  /** Until it ends by itself: whoever kills it gives the same command again. */
  private async process(holder: string, kills: Command['killAt'] = []): Promise<string> {
    for (const kill of [...kills, undefined]) {
      const ending = await this.once(`${holder}-${kills.length}`, kill);
      if (ending !== 'killed') return ending;
    }
    return 'killed';
  }

  private async once(holder: string, kill: Command['killAt'][number] | undefined): Promise<string> {
    const { world, command, run } = this;
    // What a person accepts is what is there when the command is given, also when it is given again.
    if (command.order.startsWith('adopt')) this.foreign.length = 0;
    let asked = 0;
    world.api.interrupt = (_, isBefore) => {
      if (isBefore) asked++;
      if (++this.requests > mostRequests) throw new Error('the command asks for ever');
      const { away } = command;
      if (away && asked >= away.from && asked < away.from + away.count)
        throw new Refusal('unreachable', 'an answer', 'connection refused', 'wait');
      if (kill && asked === kill.request && isBefore === kill.isBefore) throw new Killed();
    };
    const { handover, stop } = rollingIo(world, `${holder}-${world.monotonicMs()}`);
    this.stop.push(() => stop.abort());
    try {
      const { code, out, err } = await handover(fileOf(run, command.version, command.port), ...argsOf(command.order));
      this.check(code, out);
      const refusal = /^handover: (\S+):/m.exec(err)?.[1];
      return refusal === undefined ? String(code) : `${code} ${refusal}`;
    } catch (error) {
      if (error instanceof Killed) return 'killed';
      this.faults.push(`thrown: ${String(error)}`);
      return 'thrown';
    }
  }

  /** What it says at its end has to be so. */
  private check(code: number, out: string): void {
    const { controller } = this.world;
    const version = /(\d+) of \1 pods of (\S+) are available, and no other pod is left/.exec(out);
    if (code !== 0 && code !== 3) return;
    if (!version) return void this.faults.push(`ended with ${code} and said ${out}`);
    const pods = controller.pods();
    const others = pods.filter(({ metadata }) => (fieldsOf(metadata.labels).version ?? version[2]) !== version[2]);
    // A driver that was beside it may have begun another update since.
    if (!this.command.isTwice && others.length > 0)
      this.faults.push(`said ${out.trim()} with ${others.length} other pods`);
    const isWanted = this.command.order === 'rollback' || code === 3 || version[2] === this.command.version;
    if (!isWanted) this.faults.push(`an apply of ${this.command.version} completed ${version[2]}`);
  }

  private act(act: Act): void {
    const { world } = this;
    if (act === 'clock') world.wallOffsetMs += 3_600_000;
    if (!world.read('deployments') || !world.read('services')) return;
    if (act === 'evict') return this.evict();
    const isKept = foreignActs[act]?.(world);
    if (isKept) this.foreign.push({ act, isKept });
  }

  /** By a budget of one pod, as a node is drained. */
  private evict(): void {
    const { world } = this;
    const nowMs = world.monotonicMs();
    const ready = world.controller.pods().filter((pod) => world.controller.isReady(pod, nowMs));
    const wanted = Number(fieldsOf(world.read('deployments')?.spec).replicas ?? 1);
    const [first] = ready;
    if (first && ready.length >= wanted && ready.length > 1) world.controller.end(first, nowMs);
  }
}

function argsOf(order: Order): string[] {
  if (order === 'rollback') return ['rollback'];
  const adopt = order.startsWith('adopt') ? ['--adopt'] : [];
  return ['apply', ...adopt, ...(order.endsWith('rollback') ? ['--on-failure', 'rollback'] : [])];
}

/** Each does what somebody else might, and says how to see later whether it was left alone. */
const foreignActs: Partial<Record<Act, (world: RollingWorld) => ((world: RollingWorld) => boolean) | undefined>> = {
  'scale-up': (world) => {
    const replicas = replicasOf(world) + 1;
    if (replicas > 9) return undefined;
    world.scaleTo(replicas);
    return (later) => replicasOf(later) >= replicas;
  },
  session: (world) => {
    world.edit('services', 'kubectl-patch', (spec) => ({ ...spec, sessionAffinity: 'ClientIP' }));
    return (later) => specIn(later, 'services').sessionAffinity === 'ClientIP';
  },
  'label-selector': (world) => {
    const label = { 'handover/service': 'demo' };
    const isOnAll = world.controller
      .pods()
      .every(({ metadata }) => fieldsOf(metadata.labels)['handover/service'] === 'demo');
    if (!isOnAll) return undefined;
    world.edit('services', 'kubectl-edit', (spec) => ({ ...spec, selector: { ...fieldsOf(spec.selector), ...label } }));
    return (later) => fieldsOf(specIn(later, 'services').selector)['handover/service'] === 'demo';
  },
  note: (world) => {
    const annotations = { team: 'shop' };
    const noted = (object: Stored) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...fieldsOf(object.metadata.annotations), ...annotations } },
    });
    world.api.edit(world.path('services'), 'kubectl-annotate', noted);
    return (later) => fieldsOf(later.read('services')?.metadata.annotations).team === 'shop';
  },
  restart: (world) => {
    world.edit('deployments', 'kubectl-rollout', (spec) => {
      const template = fieldsOf(spec.template);
      const metadata = fieldsOf(template.metadata);
      const annotations = {
        ...fieldsOf(metadata.annotations),
        'kubectl.kubernetes.io/restartedAt': String(world.nowMs()),
      };
      return { ...spec, template: { ...template, metadata: { ...metadata, annotations } } };
    });
    return undefined;
  },
  pause: (world) => {
    world.edit('deployments', 'kubectl-rollout', (spec) => ({ ...spec, paused: true }));
    return (later) => specIn(later, 'deployments').paused === true;
  },
};

function replicasOf(world: RollingWorld): number {
  return Number(specIn(world, 'deployments').replicas ?? 0);
}

function specIn(world: RollingWorld, kind: string): Record<string, unknown> {
  return { ...fieldsOf(world.read(kind)?.spec) };
}
