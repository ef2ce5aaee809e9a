/** Observe, decide, act, verify by observing again. Nothing is known but what this turn saw. */
import type { Clock } from '../core/clock';
import type { Ending } from '../core/ending';
import type { Hold } from '../core/lease-keeper';
import type { Lock, LockResult } from '../core/lock';
import { loop } from '../core/loop';
import type { NamespacedName } from '../core/namespaced-name';
import type { Outcome } from '../core/outcome';
import type { RollingCluster, Written } from './cluster';
import { decide } from './decide';
import type { Decision, Order, Waiting } from './decision';
import type { EventSink } from './events';
import {
  afterBreak,
  nothingRemembered,
  rememberDecision,
  rememberLook,
  rememberOutcome,
  rememberReturn,
  rememberWrite,
  type Memory,
} from './memory';
import type { Question } from './question';
import type { Wanted } from './wanted';
import { describeDone, describeHold, describeWait } from './words';

export interface Drive {
  readonly wanted: Wanted;
  readonly order: Order;
  readonly cluster: RollingCluster;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** Who holds the lock: unique to this process. */
  readonly holder: string;
  /** Aborted when a person stops this driver: Kubernetes then goes on by itself. */
  readonly stop: AbortSignal;
  readonly pollMs: number;
  /** How long the API server may be away. */
  readonly awayLimitMs: number;
}

export async function drive(input: Drive): Promise<Ending> {
  const driver = new Driver(input);
  return loop({
    ...input,
    service: input.wanted.release,
    lock: driver,
    turn: (hold) => driver.turn(hold),
    forget: () => driver.forget(),
    tell: input.emit,
    whenStopped: 'Kubernetes goes on with what was written',
  });
}

class Driver implements Lock {
  private memory: Memory = nothingRemembered;
  private order: Order;
  private hasPlace = false;

  constructor(private readonly input: Drive) {
    this.order = input.order;
  }

  forget(): void {
    this.memory = afterBreak(this.memory);
  }

  async lock(service: NamespacedName, holder: string, ttlSeconds: number): Promise<LockResult> {
    await this.makePlace();
    return this.input.cluster.lock(service, holder, ttlSeconds);
  }

  unlock(service: NamespacedName, holder: string): Promise<void> {
    return this.input.cluster.unlock(service, holder);
  }

  /**
   * The lock lives in the namespace. Two first installs would both go on without one, so the Namespace alone is created before
   * it: whoever comes second finds it, and waits for the lock.
   */
  private async makePlace(): Promise<void> {
    if (this.hasPlace) return;
    const { wanted, cluster, emit } = this.input;
    const seen = await cluster.observe(wanted);
    const missing = seen.objects.find(({ name, change }) => name.startsWith('Namespace/') && change === 'create');
    if (missing) {
      emit({
        event: 'decided',
        decision: { kind: 'write', object: missing.name, because: { code: 'no-object' } },
        seen,
      });
      await cluster.write(wanted, missing.name, seen);
    }
    this.hasPlace = true;
  }

  /** One turn; an ending when there is nothing left that this driver may do. */
  async turn(hold: Hold): Promise<Ending | undefined> {
    const { wanted, cluster, emit } = this.input;
    const seen = await cluster.observe(wanted);
    this.memory = rememberLook(this.memory, seen);
    const question = { release: wanted.release, order: this.order, seen, memory: this.memory };
    const decision = decide(question);
    const isWrite = ['write', 'return', 'bridge', 'record'].includes(decision.kind);
    // Somebody else may have held the lock since: what this look saw is no ground for a write.
    if (isWrite && !hold.covers(seen.atMs)) return undefined;
    this.memory = rememberDecision(this.memory, decision, seen.atMs);
    emit({ event: 'decided', decision, seen });
    return this.carryOut(decision, question);
  }

  private async carryOut(decision: Decision, { seen, release }: Question): Promise<Ending | undefined> {
    const { wanted, cluster } = this.input;
    switch (decision.kind) {
      case 'write':
        return this.written(decision.object, await cluster.write(wanted, decision.object, seen));
      case 'return':
        return this.returned(decision.replicaSet, await cluster.returnTo(release, decision.replicaSet, seen));
      case 'bridge':
        return this.after(await cluster.bridge(wanted, decision.act, seen), 'the EndpointSlice');
      case 'record':
        return this.after(await cluster.record(release, decision.record, seen), 'the record');
      case 'wait':
        return this.wait(decision, seen.atMs);
      case 'rollback':
        this.order = decision.order;
        return undefined;
      case 'hold':
        return { outcome: 'held', code: decision.because.code, because: describeHold(decision.because) };
      case 'done':
        return { outcome: decision.because.outcome, because: describeDone(decision.because) };
    }
  }

  private async written(object: string, result: Written): Promise<Ending | undefined> {
    if (result.outcome === 'written') this.memory = rememberWrite(this.memory, object, result.essence);
    return this.after(result.outcome, object);
  }

  private async returned(replicaSet: string, outcome: Outcome): Promise<Ending | undefined> {
    if (outcome === 'written') this.memory = rememberReturn(this.memory, replicaSet);
    return this.after(outcome, 'the Deployment');
  }

  /** What somebody else is writing now may be written again at once; who writes for ever is told. */
  private async after(outcome: Outcome, what: string): Promise<Ending | undefined> {
    this.memory = rememberOutcome(this.memory, outcome);
    if (outcome === 'written') return undefined;
    if (this.memory.conflicts >= mostConflicts) return busy(what);
    await this.pause();
    return undefined;
  }

  private async wait({ wait, limitMs }: Waiting, atMs: number): Promise<Ending | undefined> {
    const { waiting, replacing } = this.memory;
    if (atMs - (waiting?.sinceMs ?? atMs) >= limitMs) {
      const because = `nothing changed for ${limitMs / 1000} s while waiting for ${describeWait(wait)}`;
      return { outcome: 'timed-out', code: wait.for, because };
    }
    // Pods that come and go are a change each time: the whole update has a limit, too.
    const wholeMs = wait.for === 'pods' ? limitMs * (wait.wanted + 1) : Infinity;
    if (atMs - (replacing?.sinceMs ?? atMs) >= wholeMs) {
      const because = `no end in ${wholeMs / 1000} s of waiting for ${describeWait(wait)}`;
      return { outcome: 'timed-out', code: wait.for, because };
    }
    await this.pause();
    return undefined;
  }

  private pause(): Promise<void> {
    const { clock, pollMs, stop } = this.input;
    return clock.sleep(pollMs, stop);
  }
}

/** Half a minute of looks. */
const mostConflicts = 60;

function busy(what: string): Ending {
  const because = `${what} changed between the look and the write ${mostConflicts} times in a row; see who writes it`;
  return { outcome: 'timed-out', code: 'conflict', because };
}
