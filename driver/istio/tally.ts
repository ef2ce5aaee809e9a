/**
 * Requests and errors per version, as the gateways count them: what each sent to each pod since it was asked last, and how much of
 * that failed. Nothing is decided by it. A gateway that answers by itself, because it has no pod to send to, counts that nowhere.
 */
import { isRead, type Observation, type ReadProxy, type Sent } from './observation';

/** What has been counted since the count before. */
export interface Counted {
  readonly seconds: number;
  /** By version. */
  readonly versions: Readonly<Record<string, Sent>>;
}

/** How seldom it is counted and told: an answer costs a gateway some time, and a release may rest for days. */
const leastMs = 5_000;
const mostMs = 60_000;

export class Tally {
  /** By gateway, version and endpoint. */
  private readonly known = new Map<string, ReadonlyMap<string, Sent>>();
  private versions: Record<string, Sent> = {};
  private toldMs: number | undefined;
  private countedMs = 0;
  private looks = 0;

  /** `restsSinceMs`: since when the release waits for something that a slow look does not delay; undefined while it does not. */
  isDue(nowMs: number, restsSinceMs: number | undefined): boolean {
    if (this.looks === 0) return true;
    if (restsSinceMs === undefined) return false;
    const everyMs = Math.min(mostMs, Math.max(leastMs, (nowMs - restsSinceMs) / 10));
    return nowMs - this.countedMs >= everyMs;
  }

  /** What is to be told by now; `isLast`: all that is left. */
  add(seen: Observation, isLast = false): Counted | undefined {
    this.looks++;
    const counting = seen.proxies.filter(isCounting);
    counting.forEach((proxy) => this.count(proxy));
    if (counting.length > 0) this.countedMs = seen.endedMs;
    this.toldMs ??= counting.length > 0 ? seen.endedMs : undefined;
    const seconds = (this.countedMs - (this.toldMs ?? this.countedMs)) / 1000;
    if (seconds === 0 || (!isLast && seconds * 1000 < leastMs)) return undefined;
    const counted = { seconds, versions: this.versions };
    this.toldMs = this.countedMs;
    this.versions = {};
    return counted;
  }

  /** What a gateway had counted before it was asked first is about another time. */
  private count(proxy: ReadProxy): void {
    const before = this.known.get(proxy.name);
    const now = new Map(before);
    for (const [version, { sent = {} }] of Object.entries(proxy.clusters))
      for (const [endpoint, count] of Object.entries(sent)) {
        const key = JSON.stringify([version, endpoint]);
        if (before) this.grow(version, since(before.get(key), count));
        now.set(key, count);
      }
    this.known.set(proxy.name, now);
  }

  private grow(version: string, more: Sent): void {
    const { requests, errors } = this.versions[version] ?? none;
    this.versions[version] = { requests: requests + more.requests, errors: errors + more.errors };
  }
}

const none: Sent = { requests: 0, errors: 0 };

function isCounting(proxy: Observation['proxies'][number]): proxy is ReadProxy {
  return isRead(proxy) && proxy.kind === 'gateway' && Object.values(proxy.clusters).some(({ sent }) => sent);
}

/** A gateway that got the cluster anew has begun from nothing. */
function since(before: Sent = none, now: Sent): Sent {
  if (now.requests < before.requests || now.errors < before.errors) return now;
  return { requests: now.requests - before.requests, errors: now.errors - before.errors };
}

/** What is shown of it while a release goes on. By version. */
export interface SoFar {
  /** In the time that was counted last. */
  readonly perSecond: Readonly<Record<string, number>>;
  /** Since the beginning. */
  readonly errors: Readonly<Record<string, number>>;
}

export function soFar(before: SoFar | undefined, { seconds, versions }: Counted): SoFar {
  const each = Object.entries(versions);
  const errors = each.map(([version, sent]) => [version, (before?.errors[version] ?? 0) + sent.errors] as const);
  return {
    perSecond: Object.fromEntries(each.map(([version, { requests }]) => [version, requests / seconds])),
    errors: { ...before?.errors, ...Object.fromEntries(errors) },
  };
}
