/** Asks the service through the gateway, as its clients do, at a constant rate, and counts the answers on this side. */
import { setMaxListeners } from 'node:events';
import type { Release } from '../../../model';
import type { Clock } from '../../core/clock';
import { atConstantRate } from './constant-rate';
import type { MeasuredVerdict } from './judge';
import { describeAnswer, judgeRequests, type Counted } from './judge-requests';
import { sendRequest, type Answer, type Target } from './send-request';

export interface RequestSettings {
  readonly path: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly maxFailures: number;
}

export interface RequestOptions {
  readonly canary: string;
  readonly clock: Clock;
  /** `host:port` of the gateway's plain HTTP port, as seen from here. */
  readonly gatewayAddress: string;
  readonly signal: AbortSignal;
}

const mostAtOnce = 2_000;

export async function askService(
  release: Release,
  settings: RequestSettings,
  options: RequestOptions,
): Promise<MeasuredVerdict> {
  const { clock, signal } = options;
  const target = targetOf(release, settings.path, options.gatewayAddress);
  const timeoutMs = Math.max(1, release.timings.longestRequestSeconds * 1000);
  const wanted = settings.perSecond * settings.seconds;
  const answers = new Map<string, Counted>();
  const verdict = (heldRate: boolean) =>
    judgeRequests(
      { answers: [...answers.values()], wanted, heldRate, isInterrupted: signal.aborted },
      { canary: options.canary, maxFailures: settings.maxFailures },
    );

  const decided = new AbortController();
  const stop = AbortSignal.any([signal, decided.signal]);
  // Each request under way listens to it; Node would take that for a leak.
  setMaxListeners(0, stop);
  const one = async () => {
    const answer = await sendRequest(target, timeoutMs, stop);
    if (stop.aborted) return;
    count(answers, answer);
    // Each further request to a version that has already failed is one more that a user might have sent.
    if (verdict(true).verdict === 'failed') decided.abort();
  };
  const heldRate = await atConstantRate(one, { perSecond: settings.perSecond, count: wanted, mostAtOnce }, clock, stop);
  return verdict(heldRate || decided.signal.aborted);
}

function count(answers: Map<string, Counted>, answer: Answer): void {
  const key = describeAnswer(answer);
  answers.set(key, { answer, count: (answers.get(key)?.count ?? 0) + 1 });
}

/** Throws a RangeError for an address that is not `host:port`. */
export function targetOf(release: Release, path: string, gatewayAddress: string): Target {
  const parts = /^(\[[0-9a-fA-F:]+\]|[^\s:/@]+):(\d{1,5})$/.exec(gatewayAddress);
  const [, host, port] = parts ?? [];
  if (host === undefined || !(Number(port) <= 65_535))
    throw new RangeError(`expected the gateway's address as host:port, such as 10.0.0.7:80, found ${gatewayAddress}`);
  // Any name that a wildcard covers will do.
  const hostHeader = (release.hosts[0] ?? '').replace(/^\*\./, 'probe.');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), path, hostHeader };
}
