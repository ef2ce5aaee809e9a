/** Observe, decide, act, verify by observing again. One write per turn; nothing is known but what this turn saw. */
import type { Grade, Release } from '../../model';
import type { Cluster } from './cluster';
import type { Clock } from '../core/clock';
import { decide, type Question } from './decide';
import type { Decision, DoneReason, Wait, Waiting, WaitFor } from './decision';
import { endedByHistory } from './ended-by-history';
import type { EventSink } from './events';
import { areAmong, mergedExceptions } from './exceptions';
import type { Ending } from '../core/ending';
import { violationOf } from './guard';
import type { Hold } from '../core/lease-keeper';
import { Keeper } from './keeper';
import { withoutLeftOut } from './left-out';
import { loop } from '../core/loop';
import {
  afterBreak,
  nothingRemembered,
  rememberDecision,
  rememberLook,
  rememberWrite,
  verdictKey,
  type Memory,
} from './memory';
import { noteOf } from './notes';
import type { Observation } from './observation';
import type { Order } from './stages';
import { Tally } from './tally';
import type { Verdict } from './verdict';
import {
  describeAction,
  describeDone,
  describeHold,
  describeLastSeen,
  describeStanding,
  subjects,
  wayOut,
} from './words';

export interface Drive {
  readonly release: Release;
  readonly order: Order;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** How proxies are asked. */
  readonly evidence: Grade;
  /** Takes a measurement of a step; resolves with its verdict. */
  readonly analyse: (analysis: string, canary: string, signal: AbortSignal) => Promise<Verdict>;
  /** Who holds the lock: unique to this process. */
  readonly holder: string;
  /** Aborted when a person stops this driver; the cluster stays as it is, which is safe at any moment. */
  readonly stop: AbortSignal;
  /** How long proxies may take to act on a write. */
  readonly gateLimitMs: number;
  /** Of a release that begins with this drive. */
  readonly releaseId: string;
  readonly pollMs: number;
  /** What the person who started this driver has judged. */
  readonly exceptions?: Question['exceptions'];
  /** What a release that begins with this drive has on record of its beginning. */
  readonly begun?: Question['begun'];
  /** Go on from a change that somebody else made before this driver began. */
  readonly adopt?: boolean;
}

export async function drive(input: Drive): Promise<Ending> {
  const driver = new Driver(input);
  try {
    return await loop({
      ...input,
      service: input.release,
      lock: input.cluster,
      awayLimitMs: input.gateLimitMs,
      turn: (hold) => driver.turn(hold),
      forget: () => driver.lookAway(),
      underWay: () => driver.underWay(),
      tell: input.emit,
      whenStopped: 'the same command carries on',
    });
  } finally {
    driver.end();
  }
}

/**
 * A look asks every proxy, which costs processor time where the traffic is: often where each moment counts, seldom where a
 * release rests. In multiples of pollMs.
 */
const pollsBetweenLooks: Readonly<Record<WaitFor, number>> = {
  gate: 1,
  propagation: 1,
  drain: 2,
  pods: 3,
  rollout: 3,
  ending: 5,
  health: 5,
  pause: 10,
};

function isRest(decision: Decision): boolean {
  return decision.kind === 'measure' || (decision.kind === 'wait' && ['pause', 'ending'].includes(decision.wait.for));
}

class Driver {
  private memory: Memory = nothingRemembered;
  /** Versions whose pods the next look asks for their requests in flight: each answer costs, so only while a drain waits. */
  private asked: readonly string[] = [];
  /** Only at first: a change that others make after the first write, or while nobody looked, was judged by nobody. */
  private adopt: boolean;
  private hasWritten = false;
  /** Of the command; none once they are on record: from then on that counts, as another person may say another number. */
  private given: Question['exceptions'];
  private readonly measuring = new AbortController();
  /** The write that was made last, when, and since when it is made again and again. */
  private written: { readonly what: string; readonly sinceMs: number; readonly lastMs: number } | undefined;
  /** The verdict key of the step whose analysis is under way, or was last. */
  private measured: string | undefined;
  private readonly keeper: Keeper;
  private readonly tally = new Tally();
  /** Since when nothing waits for a look to be quick. */
  private restsSinceMs: number | undefined;
  private hasToldTemplate = false;
  /** Where the release stood when it was last seen; undefined while none was. */
  private stood: string | undefined;

  constructor(private readonly input: Drive) {
    this.keeper = new Keeper(input);
    this.given = input.exceptions;
    this.adopt = input.adopt ?? false;
  }

  /** From the first write on nothing is refused any more: a right that is missing then may come back. */
  underWay(): string | undefined {
    return this.hasWritten || this.memory.record ? (this.stood ?? 'not seen yet') : undefined;
  }

  end(): void {
    this.measuring.abort();
  }

  /** What was to be seen without a break has had one, and nobody has looked at what others did meanwhile. */
  lookAway(): void {
    this.memory = afterBreak(this.memory);
    this.adopt = false;
  }

  /** One turn; an ending when there is nothing left that this driver may do. */
  async turn(hold: Hold): Promise<Ending | undefined> {
    const question = await this.look();
    const { release, seen } = question;
    this.stood = describeStanding(seen, release);
    const decision = decide(question);
    // Somebody else may have held the lock since: what this look saw is no ground for a write.
    const isStale = () => decision.kind === 'act' && !hold.covers(seen.atMs);
    if (isStale()) return undefined;
    const ended = decision.kind === 'hold' ? this.endedMeanwhile(seen) : undefined;
    if (ended) return ended;
    this.memory = rememberDecision(this.memory, decision, seen.atMs);
    if (decision.kind === 'wait') this.asked = decision.ask;
    this.tellCounts(decision, seen);
    this.tellTemplate(seen);
    this.input.emit({ event: 'decided', decision, seen });
    const kept = await this.keeper.keep(noteOf(question, decision), question);
    // The note took its time: a machine that slept meanwhile has lost the lock.
    if (isStale()) return undefined;
    if (kept === true) return this.follow(decision, question);
    await this.pause(pollsBetweenLooks.pods);
    return kept === false ? undefined : kept;
  }

  /** By another driver, while this machine slept or had lost the lock: nobody has to decide anything. */
  private endedMeanwhile(seen: Observation): Ending | undefined {
    const { record } = this.memory;
    return record && !seen.route?.record ? endedByHistory(seen, record) : undefined;
  }

  private async look(): Promise<Question> {
    const { release, order, cluster, clock, evidence, gateLimitMs, releaseId, begun } = this.input;
    const tallies = this.tally.isDue(clock.monotonicMs(), this.restsSinceMs);
    const whole = await cluster.observe(release, { evidence, inFlightOf: this.asked, tallies });
    const { exceptions: recorded } = whole.route?.record ?? this.memory.record ?? {};
    if (this.given && recorded && areAmong(this.given, recorded)) this.given = undefined;
    const seen = withoutLeftOut(whole, mergedExceptions(recorded, this.given));
    this.memory = rememberLook(this.memory, seen);
    return {
      release,
      order,
      seen,
      memory: this.memory,
      hasWritten: this.hasWritten,
      gateLimitMs,
      releaseId,
      begun,
      adopt: this.adopt,
      exceptions: this.given,
    };
  }

  private tellCounts(decision: Decision, seen: Observation): void {
    const counted = this.tally.add(seen, decision.kind === 'done' || decision.kind === 'hold');
    if (counted) this.input.emit({ event: 'counted', ...counted });
    this.restsSinceMs = isRest(decision) ? (this.restsSinceMs ?? seen.endedMs) : undefined;
  }

  /** Once, until it has rolled or was taken back. */
  private tellTemplate({ workloads }: Observation): void {
    const found = Object.entries(workloads).find(([, { rollout }]) => rollout?.isNoted && rollout.isPending);
    const [version, { rollout } = {}] = found ?? [];
    if (version !== undefined && rollout && !this.hasToldTemplate)
      this.input.emit({ event: 'template-waits', version, deployment: rollout.deployment });
    this.hasToldTemplate = found !== undefined;
  }

  private async follow(decision: Decision, question: Question): Promise<Ending | undefined> {
    switch (decision.kind) {
      case 'act':
        return this.act(decision, question);
      case 'wait':
        return this.wait(decision, question);
      case 'measure':
        this.measure(decision.analysis, question);
        await this.pause(pollsBetweenLooks.pause);
        return undefined;
      case 'hold':
        return { outcome: 'held', code: decision.because.code, because: describeHold(decision.because) };
      case 'done':
        return endingOf(decision.because);
    }
  }

  private async act(
    { action, because }: Extract<Decision, { kind: 'act' }>,
    question: Question,
  ): Promise<Ending | undefined> {
    const violation = violationOf(action, question, question.seen.route?.record?.exceptions);
    if (violation) return this.follow({ kind: 'hold', because: { code: 'unsafe-write', action, violation } }, question);
    this.memory = rememberWrite(this.memory, action, question.seen.route?.record);
    const outcome = await this.input.cluster.perform(question.release, action, question.seen);
    this.input.emit({ event: outcome === 'written' ? 'wrote' : 'conflict', action });
    if (outcome === 'written') {
      this.hasWritten = true;
      this.adopt = false;
    }
    const what = describeAction(action);
    if (this.isRepeated([what, ...because.map(({ code }) => code)].join(' '), question.seen.atMs)) {
      if (this.isWithoutProgress()) return noProgress(what, this.input.gateLimitMs);
      if (outcome === 'written') await this.pause(pollsBetweenLooks.pods);
    }
    if (outcome === 'conflict') await this.pause();
    return undefined;
  }

  /**
   * A write that changes nothing is no progress (S12): it is made again without haste, and not for ever. Where nobody asked for it
   * during a whole limit, such as in a pause, it is a new one.
   */
  private isRepeated(what: string, nowMs: number): boolean {
    const before = this.written;
    const isAgain = before?.what === what && nowMs - before.lastMs < this.input.gateLimitMs;
    this.written = { what, sinceMs: isAgain ? before.sinceMs : nowMs, lastMs: nowMs };
    return isAgain;
  }

  private isWithoutProgress(): boolean {
    const { sinceMs = 0, lastMs = 0 } = this.written ?? {};
    return lastMs - sinceMs >= this.input.gateLimitMs;
  }

  private async wait({ wait, limitMs }: Waiting, { seen }: Question): Promise<Ending | undefined> {
    const since = this.memory.waiting?.sinceMs ?? seen.atMs;
    if (limitMs === undefined || seen.atMs - since < limitMs) {
      await this.pause(pollsBetweenLooks[wait.for]);
      return undefined;
    }
    const because = `waited ${limitMs / 1000} s for ${subjects[wait.for]}; last seen: ${describeLastSeen(wait)}${wayOut(wait)}`;
    return { outcome: 'timed-out', code: wait.for, because: because + (await this.rejections(wait)) };
  }

  /** A proxy that refuses what istiod sends will never follow: slowness and refusal need different cures. */
  private async rejections(wait: Wait): Promise<string> {
    const obstacles = 'obstacles' in wait ? wait.obstacles : [];
    const behind = [...new Set(obstacles.flatMap((obstacle) => ('proxy' in obstacle ? [obstacle.proxy] : [])))];
    const told = await Promise.all(behind.map((proxy) => this.input.cluster.explain(proxy)));
    return behind.map((proxy, index) => (told[index] ? `; ${proxy} refused: ${told[index]}` : '')).join('');
  }

  private measure(analysis: string, { seen }: Question): void {
    const record = seen.route?.record;
    const key = record && verdictKey(record);
    if (!record || key === undefined || this.measured === key) return;
    const { canary } = record;
    this.measured = key;
    const failed = (error: unknown): Verdict => ({ verdict: 'inconclusive', reason: String(error) });
    void this.input
      .analyse(analysis, canary, this.measuring.signal)
      .catch(failed)
      .then((verdict) => {
        this.memory = { ...this.memory, verdicts: { ...this.memory.verdicts, [key]: verdict } };
        this.input.emit({ event: 'analysed', analysis, ...verdict });
      });
  }

  private pause(polls = 1): Promise<void> {
    return this.input.clock.sleep(polls * this.input.pollMs, this.input.stop);
  }
}

function noProgress(what: string, limitMs: number): Ending {
  const because = `made the same write for ${limitMs / 1000} s, and each look asked for it again: ${what}; look at these objects`;
  return { outcome: 'timed-out', code: 'no-progress', because };
}

/** The code of an ending where this driver wrote nothing: it found things so. */
export const foundSo = 'found-so';

function endingOf(reason: DoneReason): Ending {
  const left = reason.outcome === 'drained' ? { left: reason.left } : {};
  const ending = { outcome: reason.outcome, because: describeDone(reason), ...left };
  return reason.isOwn ? ending : { ...ending, code: foundSo };
}
