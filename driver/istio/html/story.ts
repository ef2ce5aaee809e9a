/**
 * What happened in a release, gathered from its events while it runs: what the report shows, and all that it shows. Times are
 * milliseconds since the first event.
 */
import type { Split } from '../../../model';
import type { Ending } from '../../core/ending';
import { describeAbsence } from '../../core/absence';
import type { Action } from '../action';
import type { Wait } from '../decision';
import type { Event } from '../events';
import { isSeen, type Observation } from '../observation';
import type { Counted } from '../tally';
import { describeAction, describeReasons, describeWait } from '../words';

export interface Sample {
  readonly atMs: number;
  readonly split: Split;
  readonly pods: Readonly<Record<string, { readonly available: number; readonly desired: number }>>;
}

/** How a route reached the proxies: until when each was seen without it. */
export interface Strip {
  readonly what: string;
  readonly atMs: number;
  /** When all of them were seen with it; undefined while that is not so. */
  doneMs?: number;
  readonly behindUntilMs: Record<string, number>;
}

export interface Happening {
  readonly atMs: number;
  readonly kind: 'write' | 'conflict' | 'wait' | 'analysis' | 'operator' | 'absence' | 'hold';
  readonly text: string;
}

export interface InFlight {
  readonly atMs: number;
  readonly version: string;
  readonly atPods: number | 'unknown' | 'not counted' | 'proxies only';
  readonly atProxies?: number | 'unknown';
}

/** What the gateways counted in the seconds before. */
export interface Count extends Counted {
  readonly atMs: number;
}

export interface Story {
  readonly service: string;
  readonly namespace: string;
  /** ISO 8601, of the first event. */
  readonly began: string;
  readonly seconds: number;
  readonly from?: string;
  readonly to?: string;
  readonly ending: Ending;
  /** By what proxies are known to act on a write, and which were asked last. */
  readonly evidence?: string;
  readonly proxies: readonly string[];
  readonly samples: readonly Sample[];
  readonly strips: readonly Strip[];
  readonly inFlight: readonly InFlight[];
  readonly counts: readonly Count[];
  readonly happenings: readonly Happening[];
}

export class StoryTeller {
  private readonly samples: Sample[] = [];
  private readonly strips: Strip[] = [];
  private readonly inFlight: InFlight[] = [];
  private readonly happenings: Happening[] = [];
  private readonly counts: Count[] = [];
  private versions: { readonly from?: string; readonly to?: string } = {};
  private last: Observation | undefined;
  private readonly beganMs: number;

  constructor(
    private readonly service: { readonly name: string; readonly namespace: string },
    private readonly nowMs: () => number,
  ) {
    this.beganMs = nowMs();
  }

  /** It has looked at the release: without that there is nothing to show. */
  get hasLooked(): boolean {
    return this.last !== undefined;
  }

  hear(event: Event): void {
    switch (event.event) {
      case 'decided':
        return this.look(event);
      case 'wrote':
        return this.wrote(event.action);
      case 'counted':
        this.counts.push({ atMs: this.elapsedMs(), seconds: event.seconds, versions: event.versions });
        return;
      case 'conflict':
        return this.tell('conflict', `somebody else changed the object before: ${describeAction(event.action)}`);
      case 'analysed':
        return this.tell('analysis', `${event.analysis}: ${event.verdict}, ${event.reason}`);
      case 'unkept':
        return this.tell('absence', `what outlives the release could not be written: ${event.because}`);
      case 'template-waits':
        return this.tell(
          'conflict',
          `somebody has changed the template of the Deployment ${event.deployment}, which is paused`,
        );
      case 'unannounced':
        return this.tell('absence', `no Kubernetes Events were written from then on: ${event.because}`);
      case 'refused':
      case 'away':
      case 'back':
        return this.tell('absence', describeAbsence(event));
    }
  }

  private wrote(action: Action): void {
    if (action.kind === 'write-route') this.beginStrip(describeAction(action));
  }

  told(ending: Ending): Story {
    const { service, samples, strips, inFlight, happenings, counts, last } = this;
    return {
      service: service.name,
      namespace: service.namespace,
      began: new Date(this.beganMs).toISOString(),
      seconds: this.elapsedMs() / 1000,
      ...this.versions,
      ending,
      ...(last && { evidence: last.evidence }),
      proxies: (last?.proxies ?? []).map((proxy) => (isSeen(proxy) ? proxy.name : `${proxy.name} (not seen)`)),
      samples,
      strips,
      inFlight,
      counts,
      happenings,
    };
  }

  private look({ decision, seen }: Extract<Event, { event: 'decided' }>): void {
    this.last = seen;
    this.sample(seen);
    const record = seen.route?.record;
    if (record && record.mode !== 'apply') this.versions = { from: record.stable, to: record.canary };
    if (decision.kind === 'wait') this.wait(decision.wait);
    if (decision.kind !== 'wait' || decision.wait.for !== 'propagation') this.endStrip();
    if (decision.kind !== 'act') return;
    const isAsked = decision.because.some(({ code }) => code === 'operator-asked');
    const because = describeReasons(decision.because);
    if (isAsked) this.tell('operator', because);
    this.tell('write', `${describeAction(decision.action)} (${because})`);
  }

  private sample({ route, workloads }: Observation): void {
    const pods = Object.entries(workloads).map(([version, { available, desired }]) => [
      version,
      { available, desired },
    ]);
    const next = { split: route?.split ?? {}, pods: Object.fromEntries(pods) as Sample['pods'] };
    const { atMs: _, ...before } = this.samples.at(-1) ?? { atMs: 0 };
    if (JSON.stringify(before) !== JSON.stringify(next)) this.samples.push({ atMs: this.elapsedMs(), ...next });
  }

  private wait(wait: Wait): void {
    if (wait.for === 'drain' && wait.until.code === 'idle') {
      const { code: _, ...counts } = wait.until;
      this.inFlight.push({ atMs: this.elapsedMs(), version: wait.version, ...counts });
    }
    if (wait.for === 'propagation') this.continueStrip(wait);
    else if (wait.for !== 'pause') this.tellOnce(describeWait(wait));
    else this.tellOnce('waiting for the pause');
  }

  private beginStrip(what: string): void {
    this.strips.push({ what, atMs: this.elapsedMs(), behindUntilMs: {} });
  }

  private continueStrip({ obstacles }: Extract<Wait, { for: 'gate' | 'propagation' }>): void {
    const strip = this.strips.at(-1);
    for (const obstacle of obstacles)
      if (strip && 'proxy' in obstacle) strip.behindUntilMs[obstacle.proxy] = this.elapsedMs();
  }

  private endStrip(): void {
    const strip = this.strips.at(-1);
    if (strip) strip.doneMs ??= this.elapsedMs();
  }

  /** What is decided again on each look is one happening. */
  private tellOnce(text: string): void {
    if (this.happenings.at(-1)?.text !== text) this.tell('wait', text);
  }

  private tell(kind: Happening['kind'], text: string): void {
    this.happenings.push({ atMs: this.elapsedMs(), kind, text });
  }

  private elapsedMs(): number {
    return this.nowMs() - this.beganMs;
  }
}
