/** Asks Prometheus for one number, several times. */
import type { Release } from '../../../model';
import type { Clock } from '../../core/clock';
import { isDecided, judge, type MeasuredVerdict, type Measurement, type Thresholds } from './judge';
import { measure, type Query } from './prometheus-query';

export interface PrometheusSettings extends Thresholds {
  readonly address: string;
  readonly query: string;
  readonly intervalSeconds: number;
}

export type PrometheusOptions = Query & {
  readonly canary: string;
  readonly clock: Clock;
};

export async function askPrometheus(
  release: Release,
  settings: PrometheusSettings,
  options: PrometheusOptions,
): Promise<MeasuredVerdict> {
  const { clock, signal, canary } = options;
  const { name, namespace } = release;
  const interval = `${settings.intervalSeconds}s`;
  const query = fillIn(settings.query, { version: canary, name, namespace, interval });
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
