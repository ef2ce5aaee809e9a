/** Asks Prometheus for one number, several times. https://prometheus.io/docs/prometheus/latest/querying/api/ */
import { z } from 'zod';
import type { Release } from '../../model';
import type { Clock } from '../cluster';
import { isDecided, judge, type MeasuredVerdict, type Measurement, type Thresholds } from './judge';

export interface PrometheusSettings extends Thresholds {
  readonly address: string;
  readonly query: string;
  readonly intervalSeconds: number;
}

export interface PrometheusOptions {
  readonly canary: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export async function askPrometheus(
  release: Release,
  settings: PrometheusSettings,
  options: PrometheusOptions,
): Promise<MeasuredVerdict> {
  const { clock, signal } = options;
  const query = fillIn(settings.query, { version: options.canary, name: release.name, namespace: release.namespace });
  const measurements: Measurement[] = [];
  while (measurements.length < settings.count && !isDecided(measurements, settings)) {
    // Before each, the first too: a number describes the time before it, and that should be the time of this step.
    await clock.sleep(settings.intervalSeconds * 1000, signal);
    if (signal.aborted) break;
    measurements.push(await measure(settings.address, query, options));
  }
  return judge(signal.aborted ? [...measurements, { missing: 'interrupted' }] : measurements, settings);
}

/** Names of a release are DNS labels; the escapes keep a query whole whatever those rules become. */
export function fillIn(query: string, values: Readonly<Record<string, string>>): string {
  return query.replace(/\{\{\s*(\w+)\s*\}\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? placeholder : escapeString(value);
  });
}

/** https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals */
function escapeString(value: string): string {
  return value.replace(/["'`\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

/** One instant query. Never throws: what went wrong is why the measurement is missing. */
export async function measure(address: string, query: string, options: PrometheusOptions): Promise<Measurement> {
  const url = new URL(`${address.replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', query);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await options.fetch(url, { signal: AbortSignal.any([options.signal, timeout]) });
    return readBody(response.status, await response.text());
  } catch (error) {
    if (timeout.aborted) return { missing: `Prometheus did not answer within ${options.timeoutMs / 1000} s` };
    return { missing: `Prometheus could not be asked: ${causeOf(error)}` };
  }
}

/** fetch says only "fetch failed"; the reason is underneath, and its own text may be empty. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return [cause?.code, cause?.message].filter(Boolean).join(' ') || String(error);
}

const sample = z.tuple([z.number(), z.string()]);
const answer = z.union([
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
  z.object({
    status: z.literal('success'),
    data: z.union([
      z.object({ resultType: z.literal('scalar'), result: sample }),
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
      z.object({ resultType: z.string() }),
    ]),
  }),
]);

function readBody(status: number, body: string): Measurement {
  const parsed = answer.safeParse(parseJson(body));
  if (parsed.success && parsed.data.status === 'error')
    return { missing: `Prometheus refused the query: ${parsed.data.errorType}: ${parsed.data.error}` };
  if (status !== 200) return { missing: `Prometheus answered with status ${status}` };
  if (!parsed.success || parsed.data.status === 'error') return { missing: 'the answer is not one of Prometheus' };
  const { data } = parsed.data;
  if (!('result' in data)) return { missing: `the query has a ${data.resultType} as its result, not one number` };
  if (data.resultType === 'scalar') return readSample(data.result);
  return readVector(data.result);
}

/** Of several series, choosing one would be a guess. */
function readVector(series: readonly { readonly value: z.output<typeof sample> }[]): Measurement {
  const [only, ...others] = series;
  if (!only) return { missing: 'the query has an empty result' };
  if (others.length > 0) return { missing: `the query has ${series.length} series as its result, not one` };
  return readSample(only.value);
}

/** Prometheus spells numbers as JavaScript does, except for the infinities. */
function readSample([, text]: readonly [number, string]): Measurement {
  return { value: Number(text.trim() === '' ? Number.NaN : text.replace(/^([+-]?)Inf$/, '$1Infinity')) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
