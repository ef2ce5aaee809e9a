/** Observe, decide, act, verify by observing again. Nothing is known but what this turn saw. */
import type { Clock } from '../core/clock';
import type { Ending } from '../core/ending';
import { loop } from '../core/loop';
import type { Outcome } from '../core/outcome';
import type { RollingCluster } from './cluster';
import { decide, type Question } from './decide';
import type { Decision, Order, Waiting } from './decision';
import type { EventSink } from './events';
import { afterBreak, nothingRemembered, rememberDecision, rememberLook, rememberWrite, type Memory } from './memory';
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
    lock: input.cluster,
    turn: () => driver.turn(),
    forget: () => driver.forget(),
    tell: input.emit,
    whenStopped: 'Kubernetes goes on with what was written',
  });
}

class Driver {
  private memory: Memory = nothingRemembered;
  private order: Order;

  constructor(private readonly input: Drive) {
    this.order = input.order;
  }

  forget(): void {
    this.memory = afterBreak(this.memory);
  }

  /** One turn; an ending when there is nothing left that this driver may do. */
  async turn(): Promise<Ending | undefined> {
    const { wanted, cluster, emit } = this.input;
    const seen = await cluster.observe(wanted);
    this.memory = rememberLook(this.memory, seen);
    const question = { release: wanted.release, order: this.order, seen, memory: this.memory };
    const decision = decide(question);
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
        return this.written(decision.replicaSet, await cluster.returnTo(release, decision.replicaSet, seen));
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

  private async written(target: string, outcome: Outcome): Promise<undefined> {
    if (outcome === 'written') this.memory = rememberWrite(this.memory, target);
    else await this.pause();
  }

  private async wait({ wait, limitMs }: Waiting, atMs: number): Promise<Ending | undefined> {
    const sinceMs = this.memory.waiting?.sinceMs ?? atMs;
    if (atMs - sinceMs >= limitMs) {
      const because = `nothing changed for ${limitMs / 1000} s while waiting for ${describeWait(wait)}`;
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
