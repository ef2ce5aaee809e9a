/** How one driver process reaches the cluster: the port, its clock, and the instant at which it is killed. */
import type { Release } from '../../../model';
import { adoptedIn, Refusal, versionNames } from '../../../model';
import type { Action } from '../action';
import type { Cluster, Look } from '../cluster';
import type { Clock } from '../../core/clock';
import type { LockResult } from '../../core/lock';
import type { Outcome } from '../../core/outcome';
import type { Note } from '../notes';
import type { Observation, ObservedState } from '../observation';
import { withAdoptedRoute } from '../kubernetes/adopted-version';
import { objectsOf } from '../kubernetes/carried';
import type { OperatorRequest, ReleaseRecord } from '../record';
import type { ApiServer } from './api-server';
import type { Observer } from './observer';
import type { Random } from './random';
import type { Kill, Scenario } from './scenario';
import type { Simulation } from './simulation';
import type { Writes } from './writes';

/** The driver's process is gone: nothing that runs in it may go on. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** The parts of the world that a driver reaches. */
export interface Reachable {
  readonly simulation: Simulation;
  readonly scenario: Pick<Scenario, 'adopted' | 'callDelay' | 'virtualService'>;
  readonly api: Pick<
    ApiServer,
    'isAway' | 'isRefused' | 'keepState' | 'leaveRequest' | 'lease' | 'readRoute' | 'readState'
  >;
  readonly observer: Observer;
  readonly writes: Writes;
}

export class DriverClient implements Cluster, Clock {
  private calls = 0;
  private isDead = false;
  /** Undefined for a script, which takes no lock. */
  private holder: string | undefined;
  private readonly random: Random;

  constructor(
    private readonly world: Reachable,
    name: string,
    private readonly kill: Kill | undefined,
    /** An abort needs none, and cannot take over by itself. */
    private readonly knowsManifests = true,
  ) {
    this.random = world.simulation.random.fork(name);
  }

  nowMs(): number {
    return this.world.simulation.nowMs;
  }

  monotonicMs(): number {
    return this.world.simulation.nowMs;
  }

  repeat(everyMs: number, run: () => void): () => void {
    let isOn = true;
    const again = () =>
      this.world.simulation.after(everyMs, () => {
        if (!isOn || this.isDead) return;
        run();
        again();
      });
    again();
    return () => (isOn = false);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.isDead) throw new Killed();
    await this.world.simulation.sleep(ms, signal);
    if (this.isDead) throw new Killed();
  }

  /** In a real cluster the pins are in the VirtualService, which has those of the file before a release begins. */
  async observe(release: Release, look: Look): Promise<Observation> {
    const all = await this.call<Observation>((done) => this.world.observer.look(look, this.random, done), 'reads');
    const seen = { ...all, workloads: this.known(all.workloads, release) };
    const inFlight = release.inFlight === 'proxies' ? uncounted(look.inFlightOf) : seen.inFlight;
    if (this.world.scenario.virtualService) return this.withRoutesOf(release, { ...seen, inFlight });
    const pinnedVersions = release.headerRoutes.map(({ version }) => version);
    return { ...seen, inFlight, route: seen.route && { ...seen.route, pinnedVersions } };
  }

  /** In a real cluster what is adopted is found by the names that the release says. */
  private known(workloads: Observation['workloads'], release: Release): Observation['workloads'] {
    const { adopted } = this.world.scenario;
    const isKnown = (version: string) => version !== adopted || adoptedIn(release, version) !== undefined;
    return Object.fromEntries(Object.entries(workloads).filter(([version]) => isKnown(version)));
  }

  private withRoutesOf(release: Release, seen: Observation): Observation {
    const { route } = seen;
    if (!route?.whole) return seen;
    const told = this.knowsManifests ? seen : { ...seen, route: { ...route, whole: {}, change: undefined } };
    return withAdoptedRoute(told, release);
  }

  /** A version is created as the manifests have it: those of a file that does not list it have none, and the real one refuses. */
  async perform(release: Release, action: Action, seen: Observation): Promise<Outcome> {
    const isListed = action.kind !== 'add-version' || versionNames(release).includes(action.version);
    if (!isListed) objectsOf(undefined, action.version);
    return this.call((done) => done(this.world.writes.write(release, action, seen, this.holder)));
  }

  keepState(_release: Release, note: Note, seen: Observation): Promise<Outcome> {
    const { api } = this.world;
    return this.call((done) => {
      if (api.isRefused('state')) throw refused('write the state');
      done(api.keepState(note, seen));
    });
  }

  stateOf(): Promise<ObservedState> {
    return this.call((done) => done(this.world.api.readState()), 'reads');
  }

  /** Simulated proxies accept whatever istiod sends them. */
  explain(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  recordOf(): Promise<ReleaseRecord | undefined> {
    return this.call((done) => done(this.world.api.readRoute()?.record), 'reads');
  }

  leaveRequest(_release: Release, request: OperatorRequest): Promise<void> {
    return this.call((done) => {
      this.world.api.leaveRequest(request);
      this.world.simulation.note(`another process asks: ${request.verb}`);
      done();
    });
  }

  lock(_release: Release, holder: string, ttlSeconds: number): Promise<LockResult> {
    this.holder = holder;
    return this.call((done) => done(this.world.api.lease.take(holder, ttlSeconds)));
  }

  unlock(_release: Release, holder: string): Promise<void> {
    return this.call((done) => done(this.world.api.lease.giveBack(holder)));
  }

  /** The request travels, takes effect, and its answer travels back. The process may die before or after the effect. */
  private call<T>(effect: (done: (value: T) => void) => void, kind: 'reads' | 'writes' = 'writes'): Promise<T> {
    const { simulation, scenario, api } = this.world;
    const dies = ++this.calls === this.kill?.call ? this.kill.effect : undefined;
    return simulation.waitFor<T>((resolve, reject) => {
      const die = () => {
        this.isDead = true;
        simulation.note('the driver is killed');
        reject(new Killed());
      };
      const answer = (value: T) => {
        if (dies === 'after') return die();
        const arrive = () => (api.isAway ? reject(apiAway()) : resolve(value));
        if (kind === 'reads') return arrive();
        simulation.afterSpan(scenario.callDelay, this.random, arrive);
      };
      if (this.isDead) return reject(new Killed());
      if (dies === 'before') return die();
      simulation.afterSpan(scenario.callDelay, this.random, () => {
        if (api.isAway) return reject(apiAway());
        if (api.isRefused('all')) return reject(refused('do anything'));
        try {
          effect(answer);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }
}

function refused(what: string): Refusal {
  return new Refusal('forbidden', `the right to ${what}`, 'none', 'grant it');
}

function apiAway(): Refusal {
  return new Refusal('unreachable', 'an answer from the API server', 'connection refused', 'wait for it');
}

function uncounted(versions: readonly string[]): Observation['inFlight'] {
  return Object.fromEntries(versions.map((version) => [version, 'proxies only' as const]));
}
