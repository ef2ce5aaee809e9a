/** One driver process's way to the world: the port, its clock, and the instant at which it is killed. */
import { Refusal, type Release } from '../../../model';
import type { Action } from '../action';
import type { Cluster, Look } from '../cluster';
import type { Clock } from '../../core/clock';
import type { LockResult } from '../../core/lock';
import type { Outcome } from '../../core/outcome';
import type { Observation } from '../observation';
import type { OperatorRequest } from '../record';
import type { Random } from './random';
import type { Kill } from './scenario';
import type { World } from './world';

/** The driver's process is gone: nothing that runs in it may go on. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

function apiAway(): Refusal {
  return new Refusal('unreachable', 'an answer from the API server', 'connection refused', 'wait for it');
}

export class Connection implements Cluster, Clock {
  private calls = 0;
  private isDead = false;
  private readonly random: Random;

  constructor(
    private readonly world: World,
    name: string,
    private readonly kill: Kill | undefined,
  ) {
    this.random = world.simulation.random.fork(name);
  }

  nowMs(): number {
    return this.world.simulation.nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.isDead) throw new Killed();
    await this.world.simulation.sleep(ms, signal);
    if (this.isDead) throw new Killed();
  }

  observe(release: Release, look: Look): Promise<Observation> {
    return this.call((done) => this.world.observer.look(release, look, this.random, done), 'reads');
  }

  perform(release: Release, action: Action, seen: Observation): Promise<Outcome> {
    return this.call((done) => done(this.world.write(release, action, seen)));
  }

  /** Simulated proxies accept whatever istiod sends them. */
  explain(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  leaveRequest(_release: Release, request: OperatorRequest): Promise<void> {
    return this.call((done) => done(this.world.api.leaveRequest(request)));
  }

  lock(_release: Release, holder: string, ttlSeconds: number): Promise<LockResult> {
    return this.call((done) => done(this.world.api.lock(holder, ttlSeconds)));
  }

  unlock(_release: Release, holder: string): Promise<void> {
    return this.call((done) => done(this.world.api.unlock(holder)));
  }

  /** The request travels, takes effect, and its answer travels back; the process may die before or after the effect. */
  private call<T>(effect: (done: (value: T) => void) => void, kind: 'reads' | 'writes' = 'writes'): Promise<T> {
    const { simulation, scenario } = this.world;
    const dies = ++this.calls === this.kill?.call ? this.kill.effect : undefined;
    return simulation.waitFor<T>((resolve, reject) => {
      const die = () => {
        this.isDead = true;
        simulation.note('the driver is killed');
        reject(new Killed());
      };
      const answer = (value: T) => {
        if (dies === 'after') return die();
        const arrive = () => (this.world.isApiAway ? reject(apiAway()) : resolve(value));
        if (kind === 'reads') return arrive();
        simulation.afterSpan(scenario.callDelay, this.random, arrive);
      };
      if (this.isDead) return reject(new Killed());
      if (dies === 'before') return die();
      simulation.afterSpan(scenario.callDelay, this.random, () => {
        if (this.world.isApiAway) return reject(apiAway());
        try {
          effect(answer);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }
}
