/** One pod, from its creation to its end, with its requests in flight. */
import type { Timings } from '../../../model';
import type { Blame } from './blame';
import type { Random, Span } from './random';
import { RequestsInFlight, type Request } from './requests';
import type { Simulation } from './simulation';

/** ready and terminating accept requests; closing only finishes those that it has; starting and gone refuse. */
export type PodState = 'starting' | 'ready' | 'terminating' | 'closing' | 'gone';

export interface PodEvents {
  changed(pod: Pod): void;
  /** The process ended while this request was in flight. */
  cut(pod: Pod, request: Request, blame: Blame): void;
}

export class Pod {
  state: PodState = 'starting';
  readySinceMs = Number.POSITIVE_INFINITY;
  deletedBy: Blame | undefined;
  /** Down because of an accident, or in the place of a pod that is. */
  isDisturbed = false;
  /** When the last request that it ever had ends. */
  lastEndMs = Number.NEGATIVE_INFINITY;
  /** A request whose client is gone counts, too: the pod works on it to its end. */
  private readonly inFlight = new RequestsInFlight();
  /** How often it was started, deleted or settled: a start that was overtaken has no effect. */
  private starts = 0;

  constructor(
    readonly name: string,
    readonly version: string,
    private readonly timings: Timings,
    private readonly simulation: Simulation,
    private readonly events: PodEvents,
    /** Of its template; '' where no owner rolls it. */
    readonly hash = '',
  ) {}

  get accepts(): boolean {
    return this.state === 'ready' || this.state === 'terminating';
  }

  /** Ready for minReadySeconds: the Deployment counts it. */
  get isAvailable(): boolean {
    return this.state === 'ready' && this.simulation.nowMs - this.readySinceMs >= this.timings.minReadySeconds * 1000;
  }

  start(delay: Span, random: Random, getsReady: boolean): void {
    const start = ++this.starts;
    this.state = 'starting';
    if (getsReady) this.simulation.afterSpan(delay, random, () => start === this.starts && this.becomeReady());
  }

  /** As if it had always been ready. */
  settle(): void {
    this.starts++;
    this.state = 'ready';
    this.readySinceMs = Number.NEGATIVE_INFINITY;
  }

  accept(request: Request): void {
    this.inFlight.add(request, this.simulation.nowMs);
    this.lastEndMs = Math.max(this.lastEndMs, request.endMs);
  }

  countInFlight(): number {
    return this.inFlight.at(this.simulation.nowMs).length;
  }

  /** The API server has accepted the deletion. The pod is no endpoint any more, and serves until its preStop hook ends. */
  delete(by: Blame): void {
    if (this.state === 'gone' || this.deletedBy) return;
    this.deletedBy = by;
    this.starts++;
    const { shutdownDelaySeconds, gracePeriodSeconds } = this.timings;
    if (this.state === 'starting') return this.become('gone');
    const killedAtMs = this.simulation.nowMs + gracePeriodSeconds * 1000;
    this.become('terminating');
    this.simulation.after(shutdownDelaySeconds * 1000, () => this.receiveSigterm(killedAtMs));
  }

  /** The container dies at once. A pod that is not being deleted starts it again, with the same address. */
  crash(downMs: number, random: Random): void {
    if (this.state === 'gone' || this.state === 'starting') return;
    this.cutAll('accident');
    if (this.deletedBy) return this.become('gone');
    this.isDisturbed = true;
    this.start({ minMs: downMs, maxMs: downMs }, random, true);
    this.events.changed(this);
  }

  private becomeReady(): void {
    this.isDisturbed = false;
    this.readySinceMs = this.simulation.nowMs;
    this.become('ready');
  }

  /** Requests in flight may take until the grace period ends. Then the kubelet kills the process. */
  private receiveSigterm(killedAtMs: number): void {
    if (this.state !== 'terminating') return;
    this.become('closing');
    const doneAtMs = Math.min(Math.max(this.lastEndMs, this.simulation.nowMs), killedAtMs);
    this.simulation.after(doneAtMs - this.simulation.nowMs, () => {
      if (this.state !== 'closing') return;
      this.cutAll(this.deletedBy ?? 'order');
      this.become('gone');
    });
  }

  private become(state: PodState): void {
    this.state = state;
    this.events.changed(this);
  }

  private cutAll(blame: Blame): void {
    const cut = this.inFlight.at(this.simulation.nowMs);
    this.inFlight.clear();
    this.lastEndMs = Math.min(this.lastEndMs, this.simulation.nowMs);
    for (const request of cut) this.events.cut(this, request, blame);
  }
}
