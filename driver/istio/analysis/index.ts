/** Judging a step by measurements taken during it: by requests through the gateway, or by Prometheus. */
import type { Analysis, Release } from '../../../model';
import type { Clock } from '../../core/clock';
import type { MeasuredVerdict } from './judge';
import { askService } from './requests';
import { askPrometheus } from './prometheus';

export type { MeasuredVerdict } from './judge';

/** What depends on where the driver runs, and so is not in the release file. */
export interface PrometheusAccess {
  /** Instead of the address in the release file. */
  readonly address?: string | undefined;
  readonly authorization?: string | undefined;
}

export interface AnalyseOptions {
  /** The version on trial. */
  readonly canary: string;
  readonly clock: Clock;
  /** `host:port` of the gateway's plain HTTP port, as seen from here; an analysis by requests needs it. */
  readonly gatewayAddress: string | undefined;
  readonly prometheus?: PrometheusAccess;
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
}

/** One query that hangs must not make the step hang. */
const queryTimeoutMs = 10_000;

/** Throws a RangeError for an analysis that the file does not list; whatever cannot be measured is inconclusive. */
export async function analyse(release: Release, name: string, options: AnalyseOptions): Promise<MeasuredVerdict> {
  const analysis = findAnalysis(release, name);
  if ('prometheus' in analysis) {
    const { fetch = globalThis.fetch, prometheus: { address, authorization } = {} } = options;
    const settings = { ...analysis.prometheus, address: address ?? analysis.prometheus.address };
    return askPrometheus(release, settings, { ...options, fetch, authorization, timeoutMs: queryTimeoutMs });
  }
  const { gatewayAddress } = options;
  if (gatewayAddress === undefined) return cannotAsk(name);
  return askService(release, analysis.requests, { ...options, gatewayAddress });
}

function findAnalysis(release: Release, name: string): Analysis {
  const found = Object.hasOwn(release.analyses, name) ? release.analyses[name] : undefined;
  if (found) return found;
  const known = Object.keys(release.analyses).join(', ') || 'none is listed';
  throw new RangeError(`expected one of the analyses: ${known}; found ${name}`);
}

function cannotAsk(name: string): MeasuredVerdict {
  const reason = `the analysis ${name} sends requests and needs the gateway's address, found none; give it with --gateway-address host:port`;
  return { verdict: 'inconclusive', reason, numbers: {} };
}
