/** From what Prometheus answered to a measurement: one number, or why there is none. Pure. */
import * as z from 'zod';
import type { Measurement } from './judge';

const sample = z.tuple([z.number(), z.string()]);
const answer = z.union([
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
  z.object({
    status: z.literal('success'),
    warnings: z.array(z.string()).optional(),
    data: z.union([
      z.object({ resultType: z.literal('scalar'), result: sample }),
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
      z.object({ resultType: z.string() }),
    ]),
  }),
]);

export function readAnswer(status: number, body: string): Measurement {
  const parsed = answer.safeParse(parseJson(body));
  if (parsed.success && parsed.data.status === 'error')
    return { missing: `Prometheus refused the query: ${shorten(`${parsed.data.errorType}: ${parsed.data.error}`)}` };
  if (status === 401 || status === 403)
    return { missing: `Prometheus answered with status ${status}: set HANDOVER_PROMETHEUS_AUTHORIZATION` };
  if (status !== 200) return { missing: `Prometheus answered with status ${status}` };
  if (!parsed.success || parsed.data.status === 'error') return { missing: 'the answer is not one of Prometheus' };
  const { data, warnings = [] } = parsed.data;
  // Such as: a part of the data could not be reached. A number made of the rest is no measurement.
  if (warnings.length > 0) return { missing: `Prometheus warns: ${shorten(warnings.join('; '))}` };
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

/** Somebody else's text: one line of it, and no control characters for a terminal to obey. */
export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
